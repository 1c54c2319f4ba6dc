package dev.berth.gateway.proxy.wire;

import dev.berth.gateway.proxy.exchange.Loop;
import dev.berth.gateway.proxy.exchange.Upstream;
import dev.berth.gateway.traffic.Backend;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * One event loop's connections of HTTP/2 to one container: as many as its limit of streams asks for. It tells that limit
 * first of all, so a request waits for it on a connection that is new.
 */
final class Http2Pool {
    private static final int IDLE_MILLIS = 60_000;

    private final Containers containers;
    private final Backend container;
    private final List<Http2Connection> ready = new ArrayList<>();
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private boolean opening;

    private record Waiting(Upstream.Events events, Loop.Connecting then) {}

    Http2Pool(Containers containers, Backend container) {
        this.containers = containers;
        this.container = container;
    }

    void connect(Upstream.Events events, Loop.Connecting then) {
        for (Http2Connection connection : ready) {
            if (connection.hasRoom()) {
                connection.begin(events, then);
                return;
            }
        }
        waiting.add(new Waiting(events, then));
        open();
    }

    private void open() {
        if (opening) {
            return;
        }
        opening = true;
        containers.open(
                container,
                new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        new Http2Connection(Http2Pool.this, containers, channel);
                    }
                },
                opened -> {
                    if (!opened.isSuccess()) {
                        refuse(Containers.why(opened.cause()));
                    }
                });
    }

    private void refuse(String why) {
        opening = false;
        List<Waiting> all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(each -> each.then().refused(why));
    }

    /** A new connection knows its limit. */
    void ready(Http2Connection connection) {
        opening = false;
        ready.add(connection);
        while (!waiting.isEmpty() && connection.hasRoom()) {
            Waiting next = waiting.poll();
            connection.begin(next.events(), next.then());
        }
        if (!waiting.isEmpty()) {
            open();
        }
    }

    /** @param told true where it had been ready */
    void gone(Http2Connection connection, boolean told) {
        if (!ready.remove(connection) && !told) {
            refuse("takes connections, and does not begin HTTP/2");
        }
    }

    /** A stream of one has ended: who waits for one may have it. */
    void room(Http2Connection connection) {
        if (!waiting.isEmpty() && connection.hasRoom()) {
            Waiting next = waiting.poll();
            connection.begin(next.events(), next.then());
        }
    }

    /** Closes those that were not used for too long; true where there is none. */
    boolean tick(long nowMillis) {
        for (Http2Connection connection : List.copyOf(ready)) {
            connection.closeIdle(nowMillis - IDLE_MILLIS);
        }
        return ready.isEmpty() && !opening;
    }
}
