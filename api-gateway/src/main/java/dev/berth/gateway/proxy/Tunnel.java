package dev.berth.gateway.proxy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;

/**
 * Bytes both ways between a client and a container after an upgrade, with back-pressure. Of a WebSocket it knows where
 * frames end, so that it can be ended without tearing one.
 */
final class Tunnel {
    /** WebSocket close, status 1001 (going away), from a server. */
    private static final Buffer CLOSE_TO_CLIENT = Buffer.buffer(new byte[] {(byte) 0x88, 2, 0x03, (byte) 0xe9});
    /** The same from a client: masked, with a mask of zeros. */
    private static final Buffer CLOSE_TO_CONTAINER =
            Buffer.buffer(new byte[] {(byte) 0x88, (byte) 0x82, 0, 0, 0, 0, 0x03, (byte) 0xe9});

    private final Way toContainer;
    private final Way toClient;
    private final boolean webSocket;
    private final Guard guard;

    /** @param closed called when either end has closed the connection */
    Tunnel(NetSocket client, NetSocket container, boolean webSocket, Guard guard, Runnable closed) {
        this.webSocket = webSocket;
        this.guard = guard;
        toContainer = new Way(client, container, CLOSE_TO_CONTAINER);
        toClient = new Way(container, client, CLOSE_TO_CLIENT);
        // Either end's close ends both; the second call finds it done.
        client.closeHandler(guard.on(gone -> {
            container.end();
            closed.run();
        }));
        container.closeHandler(guard.on(gone -> {
            client.end();
            closed.run();
        }));
        toContainer.open();
        toClient.open();
    }

    /** Tells both ends to close, after the frame that is under way to each. They may take a moment; see {@link #cut}. */
    void end() {
        if (webSocket) {
            toContainer.end();
            toClient.end();
        } else {
            cut();
        }
    }

    /** Closes both connections. */
    void cut() {
        toContainer.to.close();
        toClient.to.close();
    }

    /** One direction. */
    private final class Way {
        private final NetSocket from;
        private final NetSocket to;
        private final Buffer farewell;
        private final Frames frames = new Frames();
        private boolean ending;
        private boolean ended;

        Way(NetSocket from, NetSocket to, Buffer farewell) {
            this.from = from;
            this.to = to;
            this.farewell = farewell;
        }

        void open() {
            from.exceptionHandler(guard.on(broken -> from.close()));
            from.handler(guard.on(this::pass));
            from.resume();
        }

        private void pass(Buffer data) {
            if (ended) {
                // Said after the farewell: the other end does not listen any more.
                return;
            }
            if (!webSocket) {
                write(data);
            } else if (ending) {
                write(data.slice(0, frames.follow(data, true)));
                endAtBoundary();
            } else {
                frames.follow(data, false);
                write(data);
            }
        }

        private void write(Buffer data) {
            to.write(data);
            if (to.writeQueueFull()) {
                from.pause();
                to.drainHandler(guard.on(ready -> from.resume()));
            }
        }

        void end() {
            ending = true;
            endAtBoundary();
        }

        private void endAtBoundary() {
            if (frames.atBoundary() && !ended) {
                ended = true;
                to.write(farewell);
            }
        }
    }
}
