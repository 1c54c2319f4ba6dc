package dev.berth.gateway.proxy.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FramesTest {
    @Test
    void boundariesAreFoundHoweverTheBytesAreCut() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            ByteBuf stream = Unpooled.buffer();
            List<Integer> boundaries = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                frame(random, stream);
                boundaries.add(stream.writerIndex());
            }
            Frames frames = new Frames();
            List<Integer> found = new ArrayList<>();
            int at = 0;
            while (at < stream.writerIndex()) {
                int end = Math.min(stream.writerIndex(), at + 1 + random.nextInt(random.nextBoolean() ? 3 : 2_000));
                at += frames.follow(stream.slice(at, end - at), true);
                if (frames.atBoundary()) {
                    found.add(at);
                }
            }
            assertThat(found).as("seed %d", seed).isEqualTo(boundaries);
        }
    }

    private static void frame(Random random, ByteBuf to) {
        int length =
                switch (random.nextInt(4)) {
                    case 0 -> 0;
                    case 1 -> random.nextInt(126);
                    case 2 -> 126 + random.nextInt(300);
                    default -> 65_536 + random.nextInt(10);
                };
        int mask = random.nextBoolean() ? 0x80 : 0;
        to.writeByte(0x82);
        if (length < 126) {
            to.writeByte(mask | length);
        } else if (length < 65_536) {
            to.writeByte(mask | 126).writeShort(length);
        } else {
            to.writeByte(mask | 127).writeLong(length);
        }
        byte[] rest = new byte[(mask == 0 ? 0 : 4) + length];
        random.nextBytes(rest);
        to.writeBytes(rest);
    }

    @Test
    void manyFramesInOnePieceAreFollowedToTheEnd() {
        Frames frames = new Frames();
        ByteBuf two = Unpooled.wrappedBuffer(new byte[] {(byte) 0x81, 1, 'a', (byte) 0x81, 2, 'b'});
        assertThat(frames.follow(two, false)).isEqualTo(6);
        assertThat(frames.atBoundary()).isFalse();
        assertThat(frames.follow(Unpooled.copiedBuffer("c", StandardCharsets.US_ASCII), false))
                .isEqualTo(1);
        assertThat(frames.atBoundary()).isTrue();
    }
}
