package dev.berth.gateway.proxy;

import dev.berth.gateway.routing.AppRoute;
import dev.berth.gateway.routing.FunctionRoute;
import dev.berth.gateway.traffic.Backend;
import dev.berth.gateway.traffic.Claim;
import dev.berth.gateway.traffic.LiveFunction;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.StreamResetException;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.Logger;

/**
 * One request on its way to a container and back. All of it happens on the event loop of its client's connection. A
 * request that could not be delivered is resolved again, also while another container is found; one that may have
 * reached a container is repeated only where that does no harm and nothing was answered yet.
 */
final class Exchange {
    private static final Logger LOG = Logger.getLogger(Exchange.class);
    private static final int MOST_ATTEMPTS = 5;
    private static final int SHORTEST_BACK_OFF_MILLIS = 50;
    private static final int LONGEST_BACK_OFF_MILLIS = 1_000;
    /** How long both ends of a WebSocket have to end the frame under way and to answer the close. */
    static final int CLOSING_MILLIS = 1_000;
    /** The answer's future says so too; without a handler each would be a line of the log. */
    private static final Handler<Throwable> HEARD_ELSEWHERE = fault -> {};

    private final Worker worker;
    private final Guard guard = new Guard(this::broken);
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    final ClientConnection client;
    private final ClientConnection.Named named;
    private final AppRoute app;
    private final String label;
    private final String prefix;
    private final String uri;
    private final long startedAt;
    /** As the client said it; null where it did not. */
    private final String length;

    private final boolean bodiless;
    private final boolean upgrade;

    // The worker's list of exchanges under way.
    Exchange previous;
    Exchange next;

    private FunctionRoute route;
    private boolean arrived;
    private Claim claim;
    private Set<Backend> refused;
    private int attempts;
    private Parking parked;
    private boolean waited;
    private long parkedSince;
    private int backOff = SHORTEST_BACK_OFF_MILLIS;
    /** The last container that did not take a connection. */
    private Backend unreachable;

    private HttpClientRequest upstream;
    /** The container's end of an upgraded connection. */
    private NetSocket upgraded;

    private Tunnel tunnel;
    private boolean requestEnded;
    private boolean bodySent;
    private boolean repeated;
    private long bodyBytes;
    private boolean answered;
    private long answerLeft;
    private boolean over;

    Exchange(
            Worker worker,
            HttpServerRequest request,
            ClientConnection client,
            ClientConnection.Named named,
            AppRoute app,
            String label,
            String prefix,
            String uri,
            long now) {
        this.worker = worker;
        this.request = request;
        this.client = client;
        this.named = named;
        response = request.response();
        this.app = app;
        this.label = label;
        this.prefix = prefix;
        this.uri = uri;
        startedAt = now;
        length = request.headers().get(Headers.CONTENT_LENGTH);
        bodiless = Headers.bodiless(request);
        // One with a body is served as it is, which a server is free to do (RFC 9110, 7.8).
        upgrade = bodiless
                && request.version() == HttpVersion.HTTP_1_1
                && request.headers().get(Headers.UPGRADE) != null
                && Headers.lists(request.headers(), Headers.CONNECTION, "upgrade");
    }

    void start() {
        guard.run(this::begin);
    }

    private void begin() {
        if (bodiless) {
            requestEnded = true;
        }
        if (!bodiless || upgrade) {
            request.pause();
        }
        response.exceptionHandler(guard.on(gone -> clientGone()));
        response.closeHandler(guard.on(closed -> clientGone()));
        if (Headers.over(length, worker.limits().bodyBytes())) {
            refuse(
                    413,
                    "the body is over this gateway's limit of "
                            + worker.limits().bodyBytes() + " bytes",
                    0);
            return;
        }
        resolve();
    }

    private void resolve() {
        if (over) {
            return;
        }
        route = app.function(label);
        if (route == null) {
            refuse(404, "no app answers under " + label + " any more", 0);
            return;
        }
        if (!arrived) {
            arrived = true;
            route.live().arrived();
        }
        claim = route.claim(refused, worker.now(), ThreadLocalRandom.current());
        if (claim == null) {
            park();
            return;
        }
        Backend backend = claim.backend();
        attempts++;
        // Vert.x reads the options before it returns, so they can be the same for all requests.
        Upstream containers = worker.upstream();
        RequestOptions options =
                containers.options(backend).setMethod(request.method()).setURI(uri);
        containers.client(grpc()).request(options).onComplete(guard.on(connected -> {
            if (connected.succeeded()) {
                if (Upstream.made(connected.result().connection()) && backend.reached()) {
                    LOG.infof("container %s of %s takes connections again", backend.id, backend.function);
                }
                deliver(connected.result());
            } else {
                if (backend.unreachable(worker.now())) {
                    LOG.warnf(
                            "container %s of %s does not take connections at %s:%d, and is set aside until it does",
                            backend.id, backend.function, backend.host, backend.port);
                }
                undelivered(backend);
            }
        }));
    }

    private boolean grpc() {
        if (request.version() != HttpVersion.HTTP_2) {
            return false;
        }
        String type = request.headers().get(Headers.CONTENT_TYPE);
        return type != null && type.startsWith("application/grpc");
    }

    /** Nothing of the request has reached the container. */
    private void undelivered(Backend tried) {
        release(Backend.End.UNDELIVERED);
        if (over) {
            return;
        }
        if (refused == null) {
            refused = new HashSet<>(4);
        }
        refused.add(tried);
        unreachable = tried;
        if (attempts >= MOST_ATTEMPTS) {
            attempts = 0;
            park();
        } else {
            resolve();
        }
    }

    private void park() {
        if (!waited) {
            waited = true;
            parkedSince = worker.now();
        }
        // The next routes may hold the same container again, come back to life.
        refused = null;
        Parking wake = new Parking();
        wake.place = route.live().park(wake, parkedSince, worker.limits().parked());
        if (wake.place == null) {
            refuse(503, "too many requests wait for " + route.app() + "/" + route.function() + reason(), 1);
            return;
        }
        parked = wake;
        if (app.function(label) != route) {
            // The routes changed between the look-up and the parking: that wake-up was missed.
            wake.place.leave();
            worker.run(wake);
        } else if (route.serving().length > 0) {
            // They refuse connections, and may take them again without any change of the routes.
            worker.later(backOff, () -> {
                if (parked == wake) {
                    wake.place.leave();
                    guard.run(this::unpark);
                }
            });
            backOff = Math.min(2 * backOff, LONGEST_BACK_OFF_MILLIS);
        }
    }

    /** One stay among the parked requests; called, by any thread, when there may be a container. */
    private final class Parking implements Runnable {
        private LiveFunction.Parked place;

        @Override
        public void run() {
            worker.run(() -> {
                if (parked == this) {
                    guard.run(Exchange.this::unpark);
                }
            });
        }
    }

    private void unpark() {
        parked = null;
        resolve();
    }

    /** Why a request is still parked, in words. */
    private String parkedTooLong() {
        String seconds = worker.limits().parkedMillis() / 1000 + " s";
        return route.serving().length > 0 && unreachable != null
                ? "no connection to a container of " + route.app() + "/" + route.function() + " could be made within "
                        + seconds + ": " + unreachable.id + " does not take any at " + unreachable.host + ":"
                        + unreachable.port
                : "no container of " + route.app() + "/" + route.function() + " became ready within " + seconds
                        + reason();
    }

    private String reason() {
        return route.reason().isEmpty() ? "" : ": " + route.reason();
    }

    private void deliver(HttpClientRequest to) {
        if (over) {
            to.reset();
            return;
        }
        upstream = to;
        to.exceptionHandler(HEARD_ELSEWHERE);
        Headers.copyRequest(request.headers(), client, named, prefix, to.headers());
        Headers.host(request, named.authority(), to);
        if (upgrade) {
            to.putHeader(Headers.CONNECTION, "upgrade")
                    .putHeader(Headers.UPGRADE, request.headers().get(Headers.UPGRADE));
            to.connect().onComplete(guard.on(answer -> {
                if (answer.succeeded()) {
                    openTunnel(answer.result());
                } else {
                    failed(to, answer.cause());
                }
            }));
            return;
        }
        to.response().onComplete(guard.on(answer -> {
            if (upstream != to) {
                return;
            }
            if (answer.succeeded()) {
                answer(answer.result());
            } else {
                failed(to, answer.cause());
            }
        }));
        sendBody(to);
    }

    private void sendBody(HttpClientRequest to) {
        if (requestEnded || request.isEnded()) {
            requestEnded = true;
            to.end();
            return;
        }
        if (length == null) {
            // For HTTP/2, too: without a length Vert.x wants to hear it before it takes a body in pieces.
            to.setChunked(true);
        }
        if (Headers.lists(request.headers(), Headers.EXPECT, "100-continue")) {
            to.continueHandler(guard.on(go -> response.writeContinue()));
            to.sendHead();
        }
        to.drainHandler(guard.on(ready -> request.resume()));
        request.handler(guard.on(data -> {
            bodySent = true;
            bodyBytes += data.length();
            if (bodyBytes > worker.limits().bodyBytes()) {
                refuse(
                        413,
                        "the body is over this gateway's limit of "
                                + worker.limits().bodyBytes() + " bytes",
                        0);
                return;
            }
            to.write(data);
            if (to.writeQueueFull()) {
                request.pause();
            }
        }));
        request.endHandler(guard.on(end -> {
            requestEnded = true;
            to.end();
        }));
        request.exceptionHandler(guard.on(gone -> clientGone()));
        request.resume();
    }

    /** The container ended the connection without an answer, or with one that is none. */
    private void failed(HttpClientRequest to, Throwable cause) {
        if (over || upstream != to) {
            return;
        }
        upstream = null;
        // What it did answer, readable or not, is the answer.
        boolean silent = cause instanceof HttpClosedException
                || cause instanceof StreamResetException
                || cause instanceof IOException;
        boolean harmless = silent && !bodySent && requestEnded && repeatable(request.method());
        if (harmless && !repeated) {
            // Once: a request that its containers die of must not take all of them along.
            repeated = true;
            release(Backend.End.UNDELIVERED);
            resolve();
            return;
        }
        Backend by = claim.backend();
        release(Backend.End.DROPPED);
        refuse(
                502,
                "container " + by.id + " of " + route.app() + "/" + route.function()
                        + (silent
                                ? " ended the connection before it answered"
                                : " gave an answer that can't be read: " + cause.getMessage()),
                0);
    }

    private static boolean repeatable(HttpMethod method) {
        return method == HttpMethod.GET
                || method == HttpMethod.HEAD
                || method == HttpMethod.OPTIONS
                || method == HttpMethod.PUT
                || method == HttpMethod.DELETE;
    }

    private void answer(HttpClientResponse from) {
        if (over) {
            return;
        }
        if (from.statusCode() < 200) {
            // By HTTP/2, whose stream ends alone.
            HttpClientRequest to = upstream;
            failed(to, FinalAnswers.unreadable(from.statusCode()));
            to.reset();
            return;
        }
        answered = true;
        response.setStatusCode(from.statusCode());
        String message = from.statusMessage();
        if (request.version() != HttpVersion.HTTP_2
                && message != null
                && !message.equals(response.getStatusMessage())) {
            response.setStatusMessage(message);
        }
        Headers.copy(from.headers(), response.headers());
        if (worker.last(client)) {
            response.putHeader(Headers.CONNECTION, "close");
        }
        boolean empty = request.method() == HttpMethod.HEAD || from.statusCode() == 204 || from.statusCode() == 304;
        String size = response.headers().get(Headers.CONTENT_LENGTH);
        if (size == null && !empty) {
            if (request.version() == HttpVersion.HTTP_1_1) {
                response.setChunked(true);
            }
            // What streams must not wait for its first byte to show its head; what came in one piece goes on in one.
            worker.run(() -> guard.run(() -> {
                if (!over && !response.headWritten()) {
                    response.writeHead();
                }
            }));
        }
        answerLeft = size == null || empty ? Long.MAX_VALUE : Long.parseLong(size);
        from.handler(guard.on(data -> {
            answerLeft -= data.length();
            if (answerLeft == 0) {
                // The last write and the end are one; there can't be trailers.
                response.end(data);
                answerEnded();
                return;
            }
            response.write(data);
            if (response.writeQueueFull()) {
                from.pause();
            }
        }));
        response.drainHandler(guard.on(ready -> from.resume()));
        from.exceptionHandler(guard.on(broken -> {
            // Part of the answer is out: the client must see that it is not whole.
            if (end(Backend.End.DROPPED)) {
                response.reset();
            }
        }));
        from.endHandler(guard.on(done -> {
            if (over) {
                return;
            }
            if (!from.trailers().isEmpty()) {
                Headers.copy(from.trailers(), response.trailers());
            }
            response.end();
            answerEnded();
        }));
    }

    private void answerEnded() {
        end(Backend.End.FINISHED);
        if (upgrade) {
            // Not taken: to Vert.x its request goes on for ever, so the connection could never be used again.
            upstream.connection().close();
        }
        if (!requestEnded) {
            // Answered before the whole request was read: what is left of it has nowhere to go.
            upstream.reset();
            Refusal.linger(request);
        }
    }

    private void openTunnel(HttpClientResponse from) {
        if (over) {
            return;
        }
        if (from.statusCode() != 101) {
            requestEnded = true;
            request.resume();
            answer(from);
            return;
        }
        answered = true;
        Headers.copy(from.headers(), response.headers());
        response.putHeader(Headers.CONNECTION, "upgrade")
                .putHeader(Headers.UPGRADE, from.headers().get(Headers.UPGRADE));
        upgraded = from.netSocket();
        upgraded.pause();
        boolean webSocket = Headers.lists(from.headers(), Headers.UPGRADE, "websocket");
        request.toNetSocket().onComplete(guard.on(opened -> {
            if (opened.failed() || over) {
                upgraded.close();
                end(Backend.End.ABANDONED);
                return;
            }
            tunnel = new Tunnel(opened.result(), upgraded, webSocket, guard, () -> end(Backend.End.FINISHED));
        }));
    }

    private void clientGone() {
        if (upgraded != null) {
            return;
        }
        HttpClientRequest to = upstream;
        if (end(Backend.End.ABANDONED) && to != null) {
            to.reset();
        }
    }

    /** Looked at by the worker some ten times a second. */
    void tick(long now) {
        guard.run(() -> look(now));
    }

    private void look(long now) {
        if (parked != null && now - parkedSince > worker.limits().parkedMillis()) {
            refuse(503, parkedTooLong(), 5);
        } else if (claim != null && now >= claim.backend().deadline()) {
            cut(Backend.End.CUT, "the container's version was replaced, and the request outlasted its drain deadline");
        } else if (upgraded == null && route != null && now - startedAt > route.timeoutMillis()) {
            cut(Backend.End.FINISHED, "the function's timeout of " + route.timeoutMillis() / 1000.0 + " s is over");
        }
    }

    /** From outside: this gateway ends. */
    void cut(String why) {
        guard.run(() -> cut(Backend.End.CUT, why));
    }

    private void cut(Backend.End end, String why) {
        HttpClientRequest to = upstream;
        release(end);
        upstream = null;
        if (upgraded != null) {
            over = true;
            worker.remove(this, requestEnded || request.isEnded());
            if (tunnel == null) {
                upgraded.close();
            } else {
                tunnel.end();
                worker.later(CLOSING_MILLIS, tunnel::cut);
            }
            return;
        }
        if (to != null) {
            to.reset();
        }
        if (answered) {
            end(end);
            response.reset();
        } else {
            refuse(504, why, 0);
        }
    }

    private void refuse(int status, String detail, int retryAfterSeconds) {
        HttpClientRequest to = upstream;
        if (!end(Backend.End.FINISHED)) {
            return;
        }
        if (to != null) {
            to.reset();
        }
        Refusal.send(request, status, detail, retryAfterSeconds);
    }

    /** A callback threw. Whatever it was about: the slot is given back, and the client hears of it. */
    private void broken(Throwable fault) {
        HttpClientRequest to = upstream;
        boolean tunnelled = upgraded != null;
        try {
            end(Backend.End.DROPPED);
            if (tunnel != null) {
                tunnel.cut();
            } else if (to != null) {
                to.reset();
            }
        } catch (RuntimeException again) {
            fault.addSuppressed(again);
        }
        if (tunnelled) {
            LOG.errorf(fault, "an upgraded connection of %s met a fault of this gateway", label);
            request.connection().close();
        } else {
            Refusal.broken(request, fault);
        }
    }

    private boolean end(Backend.End how) {
        if (over) {
            return false;
        }
        over = true;
        worker.remove(this, requestEnded || request.isEnded());
        if (parked != null) {
            parked.place.leave();
            parked = null;
        }
        release(how);
        return true;
    }

    private void release(Backend.End how) {
        Claim held = claim;
        if (held != null) {
            claim = null;
            if (held.end(how, worker.now())) {
                worker.drained();
            }
        }
    }
}
