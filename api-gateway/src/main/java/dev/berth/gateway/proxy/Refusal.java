package dev.berth.gateway.proxy;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;

/** The gateway's own answers to app traffic, as problem+json. */
final class Refusal {
    private static final int LINGER_MILLIS = 2_000;

    private Refusal() {}

    /** @param retryAfterSeconds 0 for none */
    static void send(HttpServerRequest request, int status, String detail, int retryAfterSeconds) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.headWritten()) {
            return;
        }
        response.setStatusCode(status).putHeader("content-type", "application/problem+json");
        if (retryAfterSeconds > 0) {
            response.putHeader("retry-after", String.valueOf(retryAfterSeconds));
        }
        boolean whole = Headers.bodiless(request) || request.isEnded();
        if (!whole && request.version() != HttpVersion.HTTP_2) {
            response.putHeader("connection", "close");
        }
        response.end(
                new JsonObject().put("title", HttpResponseStatus.valueOf(status).reasonPhrase()).put("status", status)
                        .put("detail", detail).toBuffer())
                .onComplete(sent -> {
                    if (!whole) {
                        linger(request);
                    }
                });
        if (!request.isEnded()) {
            request.handler(null);
            request.resume();
        }
    }

    /**
     * After an answer that came before the whole request: lets the rest come and go. A connection that is closed while
     * bytes arrive takes the answer along that its client has not read yet; but those of a body that nobody wants may
     * never end.
     */
    static void linger(HttpServerRequest request) {
        boolean http2 = request.version() == HttpVersion.HTTP_2;
        HttpConnection connection = request.connection();
        if (request.isEnded()) {
            if (!http2) {
                connection.close();
            }
            return;
        }
        request.handler(null);
        if (!http2) {
            request.endHandler(end -> connection.close());
            Vertx.currentContext().owner().setTimer(LINGER_MILLIS, late -> connection.close());
        }
        request.resume();
    }
}
