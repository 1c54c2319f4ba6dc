package dev.berth.gateway.proxy.exchange;

import dev.berth.gateway.proxy.http.Fields;
import io.netty.buffer.ByteBuf;

/**
 * One end of an exchange, whatever version of HTTP it speaks: a body goes out by it, and another comes in. After an
 * upgrade both are bytes without a frame. Everything happens on the event loop of the exchange.
 */
public interface Stream {
    /** Sends a piece of the body; from now on the stream's. It may wait for {@link #flush}. */
    void body(ByteBuf piece);

    /**
     * Sends the end of the body.
     *
     * @param trailers null for none
     */
    void end(Fields trailers);

    void flush();

    /** False where what was sent already waits: for {@link #flush}, or for the other end, which takes it slowly. */
    boolean writable();

    /** False where the other end takes slowly what was sent already. Pieces that follow each other go out together, up to a limit. */
    default boolean takesMore() {
        if (!writable()) {
            flush();
        }
        return writable();
    }

    /** Whether more of the body that comes in is wanted. Where it is not, the other end has to wait. */
    void reading(boolean on);

    /** What comes in. */
    interface Events {
        /** @param piece from now on the listener's */
        void body(ByteBuf piece);

        /** @param trailers null for none */
        void end(Fields trailers);

        /** For now nothing more comes: what was passed on should go out. */
        void paused();

        /** What waited is out: see {@link Stream#writable}. */
        void writable();

        /** A callback threw: a fault of this gateway. */
        void broken(Throwable fault);
    }
}
