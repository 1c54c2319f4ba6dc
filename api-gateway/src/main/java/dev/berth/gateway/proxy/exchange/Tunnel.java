package dev.berth.gateway.proxy.exchange;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Bytes both ways between a client and a container after an upgrade, with back-pressure. Of a WebSocket it knows where
 * frames end, so that it can be ended without tearing one.
 */
final class Tunnel {
    /** How long both ends of a WebSocket have to end the frame under way and to answer the close. */
    static final int CLOSING_MILLIS = 1_000;

    /** WebSocket close, status 1001 (going away), from a server. */
    private static final byte[] CLOSE_TO_CLIENT = {(byte) 0x88, 2, 0x03, (byte) 0xe9};
    /** The same from a client: masked, with a mask of zeros. */
    private static final byte[] CLOSE_TO_CONTAINER = {(byte) 0x88, (byte) 0x82, 0, 0, 0, 0, 0x03, (byte) 0xe9};

    private final Way toContainer;
    private final Way toClient;
    private final boolean webSocket;

    Tunnel(Downstream client, Upstream container, boolean webSocket) {
        this.webSocket = webSocket;
        toContainer = new Way(client, container, CLOSE_TO_CONTAINER);
        toClient = new Way(container, client, CLOSE_TO_CLIENT);
    }

    void fromClient(ByteBuf data) {
        toContainer.pass(data);
    }

    void fromContainer(ByteBuf data) {
        toClient.pass(data);
    }

    /**
     * Tells both ends to close, after the frame that is under way to each. They may take a moment.
     *
     * @return false where there is no way to tell them
     */
    boolean end() {
        if (webSocket) {
            toContainer.end();
            toClient.end();
        }
        return webSocket;
    }

    /** One direction. */
    private final class Way {
        private final Stream from;
        private final Stream to;
        private final byte[] farewell;
        private final Frames frames = new Frames();
        private boolean ending;
        private boolean ended;

        Way(Stream from, Stream to, byte[] farewell) {
            this.from = from;
            this.to = to;
            this.farewell = farewell;
        }

        void pass(ByteBuf data) {
            if (ended) {
                // Said after the farewell: the other end does not listen any more.
                data.release();
            } else if (!webSocket) {
                write(data);
            } else if (ending) {
                int most = frames.follow(data, true);
                write(data.slice(data.readerIndex(), most));
                endAtBoundary();
            } else {
                frames.follow(data, false);
                write(data);
            }
        }

        private void write(ByteBuf data) {
            to.body(data);
            if (!to.takesMore()) {
                from.reading(false);
            }
        }

        void end() {
            ending = true;
            endAtBoundary();
        }

        private void endAtBoundary() {
            if (frames.atBoundary() && !ended) {
                ended = true;
                to.body(Unpooled.wrappedBuffer(farewell));
                to.flush();
            }
        }
    }
}
