package dev.berth.gateway.proxy;

import dev.berth.gateway.control.Limits;
import dev.berth.gateway.routing.AppRoute;
import dev.berth.gateway.routing.Hosts;
import dev.berth.gateway.routing.RouteTable;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.AsciiString;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/** One event loop of the front door: its share of the server's connections, and its own connections to containers. */
public final class Worker extends AbstractVerticle {
    private static final int TICK_MILLIS = 100;

    private final RouteTable table;
    private final Hosts hosts;
    private final Limits limits;
    private final Front front;
    private Context context;
    private Upstream upstream;
    private Exchange first;
    /** By connection; the one that is to be looked at next comes first. */
    private final SequencedMap<HttpConnection, ClientConnection> clients = new LinkedHashMap<>();
    /** At the last tick, or later. */
    private long now;
    /** Where connections are accepted; known from the first one on. */
    private Channel acceptor;
    /** Null until it is told to end. */
    private Promise<Void> leaving;

    /**
     * The rest of the gateway, as the proxy needs it.
     *
     * @param port of the front door
     * @param internal where the API listens, on loopback
     * @param apiBodyBytes most bytes of a request's body, by its URI
     * @param millis a clock that nobody sets: durations are measured by it
     * @param drained called when the last request on a draining container has ended
     */
    public record Front(
            String host,
            int port,
            int internal,
            ToLongFunction<String> apiBodyBytes,
            LongSupplier millis,
            Runnable drained) {}

    public Worker(RouteTable table, Hosts hosts, Limits limits, Front front) {
        this.table = table;
        this.hosts = hosts;
        this.limits = limits;
        this.front = front;
        now = now();
    }

    @Override
    public void start(Promise<Void> started) {
        context = vertx.getOrCreateContext();
        upstream = new Upstream(vertx);
        vertx.setPeriodic(TICK_MILLIS, tick -> tick());
        vertx.createHttpServer(new HttpServerOptions()
                        .setHost(front.host())
                        .setPort(front.port())
                        .setMaxHeaderSize(limits.headerBytes())
                        .setMaxInitialLineLength(8_192)
                        .setTcpNoDelay(true)
                        .setTcpKeepAlive(true)
                        .setIdleTimeout((int) limits.idleMillis())
                        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                        .setHttp2ClearTextEnabled(true)
                        .setAcceptBacklog(4096)
                        .setHandle100ContinueAutomatically(false)
                        .setPerMessageWebSocketCompressionSupported(false)
                        .setPerFrameWebSocketCompressionSupported(false))
                .requestHandler(this::handle)
                .connectionHandler(this::connected)
                .listen()
                .<Void>mapEmpty()
                .onComplete(started);
    }

    private void connected(HttpConnection connection) {
        Channel channel = ((ConnectionBase) connection).channel();
        acceptor = channel.parent();
        // Of the channel: Vert.x does not tell the end of a connection that was upgraded.
        channel.closeFuture().addListener(gone -> {
            clients.remove(connection);
            leaveWhenDone();
        });
    }

    /**
     * Ends in order: takes no new connections, closes those that are idle, and finishes what is under way. What is not
     * finished after the grace is cut, WebSockets with a close frame. Done when the last connection is closed.
     */
    public Future<Void> leave(long graceMillis) {
        Promise<Void> left = Promise.promise();
        long millis = Math.max(1, graceMillis);
        context.runOnContext(nothing -> {
            leaving = left;
            vertx.setTimer(millis, late -> {
                for (Exchange exchange = first; exchange != null; ) {
                    Exchange following = exchange.next;
                    exchange.cut("this gateway ends");
                    exchange = following;
                }
                later(Exchange.CLOSING_MILLIS, left::tryComplete);
            });
            if (acceptor == null) {
                letGo(millis);
            } else {
                // Vert.x can only close a server with all its connections. First of all, so that whoever loses an idle
                // connection is not taken again.
                acceptor.close().addListener(closed -> run(() -> letGo(millis)));
            }
        });
        return left.future();
    }

    private void letGo(long graceMillis) {
        for (ClientConnection client : List.copyOf(clients.values())) {
            if (client.http2) {
                client.connection.shutdown(graceMillis);
            } else if (client.underWay == 0) {
                client.connection.close();
            }
        }
        leaveWhenDone();
    }

    private void leaveWhenDone() {
        if (leaving != null && clients.isEmpty()) {
            leaving.tryComplete();
        }
    }

    /** True where no request is to follow on the connection. */
    boolean last(ClientConnection client) {
        return !client.http2 && (leaving != null || client.leaving);
    }

    private void handle(HttpServerRequest request) {
        try {
            take(request);
        } catch (RuntimeException fault) {
            Refusal.broken(request, fault);
        }
    }

    private void take(HttpServerRequest request) {
        if (!framed(request)) {
            Refusal.malformed(request, "transfer-encoding must be chunked");
            return;
        }
        String fault = Grammar.fault(request);
        if (fault != null) {
            Refusal.malformed(request, fault);
            return;
        }
        ClientConnection client = clients.get(request.connection());
        if (client == null) {
            client = connection(request);
            clients.put(request.connection(), client);
        }
        client.usedAt = now;
        client.leaving |= !client.http2 && Headers.lists(request.headers(), Headers.CONNECTION, "close");
        String authority = authority(request);
        if (authority == null) {
            Refusal.malformed(request, "the header Host must be there once");
            return;
        }
        String uri = request.uri();
        boolean connect = request.method() == HttpMethod.CONNECT;
        if (connect || !uri.startsWith("/") && !uri.equals("*")) {
            Hosts.Target target = connect ? null : Hosts.target(uri);
            if (target == null) {
                Refusal.malformed(request, "what is asked for must be a path, or an http URL");
                return;
            }
            authority = target.authority();
            uri = target.uri();
        }
        if (!Grammar.host(authority)) {
            Refusal.malformed(request, "the host that is asked for is none: a name, and a port where it has one");
            return;
        }
        ClientConnection.Named named = client.names(authority);
        String label = named.label();
        String prefix = null;
        if (label == null) {
            label = Hosts.labelOfPath(uri);
            if (label == null) {
                relay(request, client, uri);
                return;
            }
            prefix = Hosts.prefix(label);
            uri = Hosts.withoutPrefix(uri, label);
        }
        AppRoute app = table.app(label);
        if (app == null) {
            request.pause();
            Refusal.send(
                    request,
                    table.loaded() ? 404 : 503,
                    table.loaded() ? "no app answers under " + label : "this gateway has no routes yet",
                    table.loaded() ? 0 : 1);
            return;
        }
        now = now();
        Exchange exchange = new Exchange(this, request, client, named, app, label, prefix, uri, now);
        add(exchange);
        exchange.start();
    }

    private void relay(HttpServerRequest request, ClientConnection client, String uri) {
        client.underWay++;
        request.response().endHandler(ended -> done(client, request.isEnded()));
        new Relay(
                        request,
                        uri,
                        upstream.client(client.http2),
                        front.internal(),
                        front.apiBodyBytes().applyAsLong(uri))
                .start();
    }

    /** From its first request on, how long a connection may be idle is ours to say: Vert.x counts bytes, not requests. */
    private ClientConnection connection(HttpServerRequest request) {
        HttpConnection connection = request.connection();
        ChannelPipeline pipeline = ((ConnectionBase) connection).channel().pipeline();
        if (pipeline.get(IdleStateHandler.class) != null) {
            pipeline.remove(IdleStateHandler.class);
        }
        return new ClientConnection(
                connection, request.version() == HttpVersion.HTTP_2, hosts, now + limits.idleMillis());
    }

    /** False where servers could disagree on where the request ends. */
    private static boolean framed(HttpServerRequest request) {
        String encoding = request.headers().get(Headers.TRANSFER_ENCODING);
        // Netty has refused what has a length too, and HTTP/1.0.
        return encoding == null
                || encoding.equalsIgnoreCase("chunked")
                        && request.headers().getAll(Headers.TRANSFER_ENCODING).size() == 1;
    }

    /** The host that the request is for, with its port; null where it does not say, or says more than once. */
    private static String authority(HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_2) {
            return request.authority() == null ? "" : request.authority().toString();
        }
        String host = null;
        Iterator<Map.Entry<CharSequence, CharSequence>> headers =
                ((HttpHeaders) request.headers()).iteratorCharSequence();
        while (headers.hasNext()) {
            Map.Entry<CharSequence, CharSequence> header = headers.next();
            if (AsciiString.contentEqualsIgnoreCase(header.getKey(), Headers.HOST)) {
                if (host != null) {
                    return null;
                }
                host = header.getValue().toString();
            }
        }
        // HTTP/1.0 knows no Host.
        return host == null && request.version() == HttpVersion.HTTP_1_0 ? "" : host;
    }

    private void add(Exchange exchange) {
        exchange.next = first;
        if (first != null) {
            first.previous = exchange;
        }
        first = exchange;
        exchange.client.underWay++;
    }

    /** @param whole its request was read to its end */
    void remove(Exchange exchange, boolean whole) {
        if (exchange.previous != null) {
            exchange.previous.next = exchange.next;
        } else if (first == exchange) {
            first = exchange.next;
        }
        if (exchange.next != null) {
            exchange.next.previous = exchange.previous;
        }
        exchange.previous = null;
        done(exchange.client, whole);
    }

    /** @param whole its request was read to its end */
    private void done(ClientConnection client, boolean whole) {
        client.underWay--;
        client.usedAt = now;
        if (last(client) && (whole || leaving != null)) {
            // In a moment: what ended it may still be writing its answer.
            run(() -> {
                if (client.underWay == 0) {
                    client.connection.close();
                }
            });
        }
    }

    private void tick() {
        now = now();
        for (Exchange exchange = first; exchange != null; ) {
            // It may take itself off the list.
            Exchange following = exchange.next;
            exchange.tick(now);
            exchange = following;
        }
        closeIdle();
    }

    /** Also a connection whose next request does not get ready. */
    private void closeIdle() {
        while (!clients.isEmpty() && clients.firstEntry().getValue().lookAt <= now) {
            Map.Entry<HttpConnection, ClientConnection> longest = clients.pollFirstEntry();
            ClientConnection client = longest.getValue();
            long idleAt = (client.underWay > 0 ? now : client.usedAt) + limits.idleMillis();
            if (idleAt <= now) {
                longest.getKey().close();
            } else {
                client.lookAt = idleAt;
                clients.putLast(longest.getKey(), client);
            }
        }
    }

    Upstream upstream() {
        return upstream;
    }

    Limits limits() {
        return limits;
    }

    long now() {
        return front.millis().getAsLong();
    }

    /** Runs something on this event loop. */
    void run(Runnable task) {
        context.runOnContext(nothing -> task.run());
    }

    void later(long millis, Runnable task) {
        vertx.setTimer(millis, timer -> task.run());
    }

    void drained() {
        front.drained().run();
    }
}
