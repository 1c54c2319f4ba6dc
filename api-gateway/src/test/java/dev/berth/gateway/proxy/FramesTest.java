package dev.berth.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FramesTest {
    @Test
    void boundariesAreFoundHoweverTheBytesAreCut() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Buffer stream = Buffer.buffer();
            List<Integer> boundaries = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                frame(random, stream);
                boundaries.add(stream.length());
            }
            Frames frames = new Frames();
            List<Integer> found = new ArrayList<>();
            int at = 0;
            while (at < stream.length()) {
                int end = Math.min(stream.length(), at + 1 + random.nextInt(random.nextBoolean() ? 3 : 2_000));
                at += frames.follow(stream.slice(at, end), true);
                if (frames.atBoundary()) {
                    found.add(at);
                }
            }
            assertThat(found).as("seed %d", seed).isEqualTo(boundaries);
        }
    }

    private static void frame(Random random, Buffer to) {
        int length =
                switch (random.nextInt(4)) {
                    case 0 -> 0;
                    case 1 -> random.nextInt(126);
                    case 2 -> 126 + random.nextInt(300);
                    default -> 65_536 + random.nextInt(10);
                };
        int mask = random.nextBoolean() ? 0x80 : 0;
        to.appendByte((byte) 0x82);
        if (length < 126) {
            to.appendByte((byte) (mask | length));
        } else if (length < 65_536) {
            to.appendByte((byte) (mask | 126)).appendShort((short) length);
        } else {
            to.appendByte((byte) (mask | 127)).appendLong(length);
        }
        byte[] rest = new byte[(mask == 0 ? 0 : 4) + length];
        random.nextBytes(rest);
        to.appendBytes(rest);
    }

    @Test
    void manyFramesInOnePieceAreFollowedToTheEnd() {
        Frames frames = new Frames();
        Buffer two = Buffer.buffer(new byte[] {(byte) 0x81, 1, 'a', (byte) 0x81, 2, 'b'});
        assertThat(frames.follow(two, false)).isEqualTo(6);
        assertThat(frames.atBoundary()).isFalse();
        assertThat(frames.follow(Buffer.buffer("c"), false)).isEqualTo(1);
        assertThat(frames.atBoundary()).isTrue();
    }
}
