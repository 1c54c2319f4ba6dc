package dev.berth.gateway.proxy;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import org.jboss.logging.Logger;

/** The gateway's own answers to app traffic, as problem+json. */
final class Refusal {
    private static final Logger LOG = Logger.getLogger(Refusal.class);
    private static final int LINGER_MILLIS = 2_000;
    /** Error codes of HTTP/2 (RFC 9113, 7). */
    private static final long PROTOCOL_ERROR = 1;

    private static final long INTERNAL_ERROR = 2;

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
        boolean last = whole
                && request.version() != HttpVersion.HTTP_2
                && Headers.lists(request.headers(), Headers.CONNECTION, "close");
        if (last || !whole && request.version() != HttpVersion.HTTP_2) {
            response.putHeader("connection", "close");
        }
        response.end(new JsonObject()
                        .put("title", HttpResponseStatus.valueOf(status).reasonPhrase())
                        .put("status", status)
                        .put("detail", detail)
                        .toBuffer())
                .onComplete(sent -> {
                    if (!whole) {
                        linger(request);
                    } else if (last) {
                        request.connection().close();
                    }
                });
        if (!request.isEnded()) {
            request.handler(null);
            request.resume();
        }
    }

    /** A request that can't be passed on as it is. Of HTTP/2 its stream alone ends (RFC 9113, 8.1.1). */
    static void malformed(HttpServerRequest request, String detail) {
        if (request.version() == HttpVersion.HTTP_2) {
            request.response().reset(PROTOCOL_ERROR);
        } else {
            send(request, 400, detail, 0);
        }
    }

    /** A fault of this gateway: the client hears so at once, by an answer or by the end of what it was being sent. */
    static void broken(HttpServerRequest request, Throwable fault) {
        LOG.errorf(fault, "%s %s met a fault of this gateway", request.method(), request.uri());
        HttpServerResponse response = request.response();
        try {
            if (response.ended()) {
                linger(request);
            } else if (response.headWritten()) {
                response.reset(INTERNAL_ERROR);
            } else {
                send(request, 500, "this gateway met a fault of its own; its log says which", 0);
            }
        } catch (RuntimeException again) {
            LOG.debugf(again, "%s %s could not be answered", request.method(), request.uri());
            response.reset(INTERNAL_ERROR);
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
