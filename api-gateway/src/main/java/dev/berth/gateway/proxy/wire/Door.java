package dev.berth.gateway.proxy.wire;

import dev.berth.gateway.control.Limits;
import dev.berth.gateway.proxy.exchange.Addressing;
import dev.berth.gateway.proxy.exchange.Destination;
import dev.berth.gateway.proxy.exchange.Downstream;
import dev.berth.gateway.proxy.exchange.Exchange;
import dev.berth.gateway.proxy.exchange.Exchanges;
import dev.berth.gateway.proxy.exchange.Loop;
import dev.berth.gateway.proxy.exchange.Refusal;
import dev.berth.gateway.proxy.exchange.Request;
import dev.berth.gateway.proxy.exchange.Upstream;
import dev.berth.gateway.proxy.http.AnswerHead;
import dev.berth.gateway.proxy.http.HeadLimits;
import dev.berth.gateway.proxy.http.RequestHead;
import dev.berth.gateway.proxy.http.Sender;
import dev.berth.gateway.routing.AppRoute;
import dev.berth.gateway.routing.Hosts;
import dev.berth.gateway.traffic.Backend;
import dev.berth.gateway.traffic.Refused;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** One event loop of the front door: its clients, what they ask for, and its own connections to containers. */
final class Door implements Loop {
    private static final Logger LOG = Logger.getLogger(Door.class);
    private static final int TICK_MILLIS = 100;
    private static final int CLOSING_MILLIS = 1_000;
    private static final int MOST_OF_A_LINE = 8_192;
    private static final int HTTPS = 443;
    private static final int MOST_FIELDS = 1_000;

    private final EventLoop loop;
    private final Front front;
    private final HeadLimits headLimits;
    private final int redirect;
    private final Clients clients;
    /** Those that are not shaken yet. */
    private final Clients handshakes;

    private final Containers containers;
    private final Exchanges exchanges = new Exchanges();
    private final Destination api;
    private final CompletableFuture<Void> left = new CompletableFuture<>();
    private boolean leaving;

    /** @param redirect the port of https that plain requests are sent to; 0 where they are served */
    Door(EventLoop loop, boolean epoll, Front front, int redirect) {
        this.loop = loop;
        this.front = front;
        this.redirect = redirect;
        int header = front.limits().headerBytes();
        headLimits = new HeadLimits(Math.min(MOST_OF_A_LINE, header), header, MOST_FIELDS);
        clients = new Clients(front.limits().idleMillis(), this::now, this::leaveWhenDone);
        handshakes = new Clients(Handshake.MOST_MILLIS, this::now, this::leaveWhenDone);
        containers = new Containers(loop, epoll, this::now);
        api = new Destination.Api(front.internal(), front.apiBodyBytes());
        loop.scheduleAtFixedRate(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void tick() {
        try {
            long now = now();
            exchanges.tick(now);
            clients.tick(now);
            handshakes.tick(now);
            containers.tick(now);
        } catch (RuntimeException fault) {
            // The timer would end by it.
            LOG.error("an event loop's look at the time met a fault of this gateway", fault);
        }
    }

    /**
     * Begins what a client asks for.
     *
     * @return null where it was refused
     */
    Exchange exchange(Downstream client, RequestHead head, Addressing addressing, Sender sender) {
        if (head.asked() == AnswerHead.Asked.CONNECT) {
            client.refuse(new Refusal(Refused.BAD_REQUEST, 400, "this gateway is no proxy for CONNECT"));
            return null;
        }
        if (redirect != 0 && !sender.secure()) {
            client.refuse(redirect(head));
            return null;
        }
        Addressing.Address address = addressing.of(head);
        if (address.label() == null) {
            return new Exchange(this, exchanges, client, new Request(head, sender, api, 0));
        }
        AppRoute app = front.table().app(address.label());
        if (app != null) {
            Destination to = new Destination.App(app, address.label());
            return new Exchange(this, exchanges, client, new Request(head, sender, to, address.prefix()));
        }
        client.refuse(
                front.table().loaded()
                        ? new Refusal(Refused.NO_SUCH_LABEL, 404, "no app answers under " + address.label())
                        : new Refusal(Refused.NO_ROUTES, 503, "this gateway has no routes yet", 1));
        return null;
    }

    private Refusal redirect(RequestHead head) {
        if (head.authority().isEmpty()) {
            return new Refusal(
                    Refused.BAD_REQUEST,
                    400,
                    "this gateway answers by https alone, and the request names no host to be sent to");
        }
        String path = head.path();
        return Refusal.redirect("https://" + Hosts.withoutPort(head.authority())
                + (redirect == HTTPS ? "" : ":" + redirect)
                + (path.startsWith("/") ? path : "/"));
    }

    /** Counts an answer that a client is given by the gateway itself. */
    void refused(Refusal refusal) {
        if (refusal.why() != null) {
            front.table().account().refused(refusal.why());
        }
    }

    Addressing addressing() {
        return new Addressing(front.hosts());
    }

    Sender sender(Channel client, boolean tls) {
        String address = client.remoteAddress() instanceof InetSocketAddress from
                ? from.getAddress().getHostAddress()
                : "unknown";
        return new Sender(address, tls ? "https" : "http");
    }

    HeadLimits headLimits() {
        return headLimits;
    }

    Clients clients() {
        return clients;
    }

    Clients handshakes() {
        return handshakes;
    }

    boolean leaving() {
        return leaving;
    }

    /**
     * Ends in order: closes the connections that are idle, and finishes what is under way. What is not finished after
     * the grace is cut, WebSockets with a close frame. Done when the last connection is closed.
     */
    CompletableFuture<Void> leave(long graceMillis) {
        run(() -> {
            leaving = true;
            later(graceMillis, () -> {
                exchanges.cut("this gateway ends");
                later(CLOSING_MILLIS, () -> left.complete(null));
            });
            handshakes.leave();
            clients.leave();
            leaveWhenDone();
        });
        return left;
    }

    private void leaveWhenDone() {
        if (leaving && clients.isEmpty() && handshakes.isEmpty()) {
            left.complete(null);
        }
    }

    @Override
    public long nanos() {
        return front.nanos().getAsLong();
    }

    @Override
    public Limits limits() {
        return front.limits();
    }

    @Override
    public void run(Runnable task) {
        loop.execute(task);
    }

    @Override
    public void later(long millis, Runnable task) {
        loop.schedule(task, millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void connect(Backend to, boolean http2, Upstream.Events events, Connecting then) {
        containers.connect(to, http2, events, then);
    }

    @Override
    public void drained() {
        front.drained().run();
    }
}
