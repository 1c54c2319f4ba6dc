package dev.berth.gateway.proxy;

import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;

/** A request for the API, on its way to this process's own API server: REST, or gRPC with its trailers. */
final class Relay {
    private final HttpServerRequest request;
    private final String uri;
    private final HttpClient client;
    private final int port;
    private final long bodyLimit;
    private final Guard guard = new Guard(this::broken);
    private HttpClientRequest upstream;
    private long bodyBytes;
    private boolean refused;

    Relay(HttpServerRequest request, String uri, HttpClient client, int port, long bodyLimit) {
        this.request = request;
        this.uri = uri;
        this.client = client;
        this.port = port;
        this.bodyLimit = bodyLimit;
    }

    void start() {
        guard.run(this::begin);
    }

    private void begin() {
        request.pause();
        if (Headers.over(request.getHeader(Headers.CONTENT_LENGTH), bodyLimit)) {
            refuse();
            return;
        }
        client.request(new RequestOptions()
                        .setHost("127.0.0.1")
                        .setPort(port)
                        .setMethod(request.method())
                        .setURI(uri))
                .onSuccess(guard.on(this::send))
                .onFailure(guard.on(fault -> Refusal.send(request, 503, "the API of this gateway is starting", 1)));
    }

    private void send(HttpClientRequest to) {
        upstream = to;
        HttpServerResponse response = request.response();
        Headers.copy(request.headers(), to.headers());
        if (request.authority() != null) {
            Headers.host(request, request.authority().toString(), to);
        }
        response.exceptionHandler(guard.on(gone -> to.reset()));
        response.closeHandler(guard.on(gone -> to.reset()));
        if (!Headers.bodiless(request) && request.getHeader(Headers.CONTENT_LENGTH) == null) {
            // For HTTP/2, too: without a length Vert.x wants to hear it before it takes a body in pieces.
            to.setChunked(true);
        }
        if (request.getHeader("expect") != null) {
            to.headers().remove("expect");
            response.writeContinue();
        }
        to.response()
                .onSuccess(guard.on(this::answer))
                .onFailure(guard.on(
                        fault -> Refusal.send(request, 502, "the API of this gateway ended the connection", 0)));
        to.drainHandler(guard.on(ready -> request.resume()));
        // What it answers counts, also where it has not read all.
        to.exceptionHandler(closed -> {});
        request.handler(guard.on(data -> {
            bodyBytes += data.length();
            if (bodyBytes > bodyLimit) {
                refused = true;
                // Before the reset, which fails the API's answer.
                refuse();
                to.reset();
                return;
            }
            to.write(data);
            if (to.writeQueueFull()) {
                request.pause();
            }
        }));
        request.exceptionHandler(guard.on(gone -> to.reset()));
        request.endHandler(guard.on(end -> to.end()));
        request.resume();
    }

    private void refuse() {
        Refusal.send(request, 413, "the body is over this gateway's limit of " + bodyLimit + " bytes", 0);
    }

    private void answer(HttpClientResponse from) {
        if (refused) {
            return;
        }
        HttpServerResponse response = request.response();
        response.setStatusCode(from.statusCode());
        Headers.copy(from.headers(), response.headers());
        if (from.getHeader("content-length") == null && request.version() == HttpVersion.HTTP_1_1) {
            response.setChunked(true);
        }
        from.handler(guard.on(data -> {
            response.write(data);
            if (response.writeQueueFull()) {
                from.pause();
            }
        }));
        response.drainHandler(guard.on(ready -> from.resume()));
        from.exceptionHandler(guard.on(broken -> response.reset()));
        from.endHandler(guard.on(done -> {
            if (!from.trailers().isEmpty()) {
                // Not even asked for where there are none: gRPC's answers of a status alone must be one frame.
                Headers.copy(from.trailers(), response.trailers());
            }
            response.end().onComplete(guard.on(sent -> {
                if (!request.isEnded()) {
                    from.request().reset();
                    Refusal.linger(request);
                }
            }));
        }));
    }

    private void broken(Throwable fault) {
        if (upstream != null) {
            upstream.reset();
        }
        Refusal.broken(request, fault);
    }
}
