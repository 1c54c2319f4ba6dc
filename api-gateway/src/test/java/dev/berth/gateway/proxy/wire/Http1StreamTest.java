package dev.berth.gateway.proxy.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.proxy.exchange.Stream;
import dev.berth.gateway.proxy.http.BadMessage;
import dev.berth.gateway.proxy.http.Fields;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class Http1StreamTest {
    /** Passes each byte on by itself, to somebody who after a b wants no more. */
    private static final class Bytes extends Http1Stream {
        final StringBuilder said = new StringBuilder();

        @Override
        boolean step(ByteBuf in) {
            return reading && in.isReadable() && passed(in.readRetainedSlice(1));
        }

        private boolean passed(ByteBuf piece) {
            events.body(piece);
            return true;
        }

        @Override
        boolean wanted() {
            return reading;
        }

        @Override
        Stream.Events events() {
            return events;
        }

        private final Stream.Events events = new Stream.Events() {
            @Override
            public void body(ByteBuf piece) {
                said.append(piece.toString(StandardCharsets.US_ASCII));
                piece.release();
                if (said.toString().endsWith("b")) {
                    reading(false);
                }
            }

            @Override
            public void paused() {
                said.append('|');
            }

            @Override
            public void end(Fields trailers) {
                throw new AssertionError("nothing ends here");
            }

            @Override
            public void writable() {
                said.append('w');
            }

            @Override
            public void broken(Throwable fault) {
                throw new AssertionError(fault);
            }
        };

        @Override
        void bad(BadMessage why) {
            throw new AssertionError(why);
        }

        @Override
        void broken(Throwable fault) {
            throw new AssertionError(fault);
        }

        @Override
        public void body(ByteBuf piece) {
            throw new AssertionError("nothing goes out here");
        }

        @Override
        public void end(Fields trailers) {
            throw new AssertionError("nothing goes out here");
        }
    }

    /**
     * Nothing more may come of the connection: the other end waits for what was passed on, and this one for the other to
     * take more.
     */
    @Test
    void whatWaitedIsToldOfAsWhatCame() {
        Bytes stream = new Bytes();
        EmbeddedChannel channel = new EmbeddedChannel(stream);
        stream.reading(true);
        stream.said.setLength(0);
        channel.writeInbound(Unpooled.copiedBuffer("abcde", StandardCharsets.US_ASCII));
        assertThat(stream.said).hasToString("ab|");
        assertThat(channel.config().isAutoRead()).isFalse();

        stream.reading(true);
        assertThat(stream.said).hasToString("ab|cde|");
        assertThat(channel.config().isAutoRead()).isTrue();
        channel.finishAndReleaseAll();
    }
}
