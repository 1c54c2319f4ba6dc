package dev.berth.gateway.proxy.wire;

import dev.berth.gateway.proxy.exchange.Loop;
import dev.berth.gateway.proxy.exchange.Upstream;
import dev.berth.gateway.traffic.Backend;
import java.util.ArrayDeque;

/** One event loop's connections of HTTP/1 to one container: as many as it has requests at once, and those before. */
final class Http1Pool {
    /** Shorter than what common servers keep an idle connection open for, so that theirs is not closed under a request. */
    static final int IDLE_MILLIS = 3_000;

    private final Containers containers;
    private final Backend container;
    /** The one that was used last comes last. */
    private final ArrayDeque<Http1Upstream> idle = new ArrayDeque<>();

    /** Those that are being made, too. */
    private int open;

    Http1Pool(Containers containers, Backend container) {
        this.containers = containers;
        this.container = container;
    }

    void connect(Upstream.Events events, Loop.Connecting then) {
        for (Http1Upstream known = idle.pollLast(); known != null; known = idle.pollLast()) {
            if (known.usable()) {
                known.use(events);
                then.connected(known);
                return;
            }
        }
        open++;
        Http1Upstream made = new Http1Upstream(this, containers.limits());
        containers.open(container, made, opened -> {
            if (opened.isSuccess()) {
                made.use(events);
                then.connected(made);
            } else {
                open--;
                then.refused(Containers.why(opened.cause()));
            }
        });
    }

    /** One of it is free again. */
    void back(Http1Upstream upstream) {
        upstream.idleSince = containers.now();
        idle.addLast(upstream);
    }

    void gone(Http1Upstream upstream) {
        open--;
        idle.remove(upstream);
    }

    /** Closes those that were not used for too long; true where there is no connection. */
    boolean tick(long nowMillis) {
        while (!idle.isEmpty() && idle.getFirst().idleSince + IDLE_MILLIS <= nowMillis) {
            idle.pollFirst().close();
        }
        return open == 0;
    }
}
