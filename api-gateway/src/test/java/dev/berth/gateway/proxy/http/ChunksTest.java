package dev.berth.gateway.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChunksTest {
    private final Reading reading = new Reading(Corpus.LIMITS);

    @AfterEach
    void nothingIsLeft() {
        reading.assertNothingIsLeft();
    }

    @Test
    void pieceOfAnySizeIsOneChunkAndIsNotCopied() {
        for (int size : new int[] {1, 9, 10, 15, 16, 17, 255, 256, 4_095, 4_096, 65_535, 65_536, 1_048_576}) {
            ByteBuf piece = reading.buffer(new byte[size]);
            ByteBuf chunk = Chunks.chunk(piece, reading.allocator());
            piece.setByte(0, '!');
            String line = Integer.toHexString(size) + "\r\n";
            assertThat(Reading.text(chunk))
                    .startsWith(line + "!")
                    .hasSize(line.length() + size + 2)
                    .endsWith("\r\n");
            chunk.release();
        }
    }

    @Test
    void emptyPieceIsNoChunkSinceItWouldEndTheBody() {
        ByteBuf empty = reading.buffer();
        assertThatThrownBy(() -> Chunks.chunk(empty, reading.allocator())).isInstanceOf(IllegalArgumentException.class);
        assertThat(empty.refCnt()).isZero();
    }

    @Test
    void trailersEndTheBodyWithoutThoseOfFramingAndRouting() throws BadMessage {
        ByteBuf in = reading.buffer(
                Reading.ascii("0\r\nGrpc-Status: 0\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n"
                        + "Host: x\r\nConnection: y\r\nTE: trailers\r\nX-Forwarded-For: z\r\nGrpc-Message:\r\n\r\n"));
        ChunkReader reader = new ChunkReader(Corpus.LIMITS, true);
        assertThat(reader.read(in)).isNull();
        Fields trailers = reader.trailers();
        ByteBuf out = reading.buffer();
        Chunks.end(trailers, out);
        assertThat(Reading.text(out)).isEqualTo("0\r\nGrpc-Status: 0\r\nGrpc-Message:\r\n\r\n");
        out.clear();
        Chunks.end(out);
        assertThat(Reading.text(out)).isEqualTo("0\r\n\r\n");
        out.release();
        in.release();
    }
}
