package dev.berth.gateway.proxy.exchange;

import dev.berth.gateway.control.Limits;
import dev.berth.gateway.traffic.Backend;

/** What exchanges need of the event loop that they live on. */
public interface Loop {
    /** Of a clock that nobody sets. */
    long nanos();

    /** Milliseconds of the same clock. */
    default long now() {
        return nanos() / 1_000_000;
    }

    Limits limits();

    /** From any thread: runs something on the loop. */
    void run(Runnable task);

    void later(long millis, Runnable task);

    /**
     * Has a connection to a container, or a stream of one: a new one, or one that was used before.
     *
     * @param http2 what is to be spoken
     * @param events of the upstream that is given
     */
    void connect(Backend to, boolean http2, Upstream.Events events, Connecting then);

    /** The last request on a draining container has ended. */
    void drained();

    /** What came of the wish for a connection. */
    interface Connecting {
        void connected(Upstream upstream);

        /** @param why in words, to go on after its address */
        void refused(String why);
    }
}
