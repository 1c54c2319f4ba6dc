package dev.berth.gateway.proxy.wire;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.berth.gateway.proxy.exchange.Refusal;
import dev.berth.gateway.proxy.http.AnswerHead;
import dev.berth.gateway.proxy.http.Version;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.charset.StandardCharsets;

/** The gateway's own answers, as problem+json (RFC 9457). */
final class Refusals {
    private static final String TYPE = "application/problem+json";
    /** No container's answer has it. */
    private static final String WHY = "berth-error";

    private Refusals() {}

    static byte[] body(Refusal refusal) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("title", title(refusal))
                .put("status", refusal.status())
                .put("detail", refusal.detail())
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String title(Refusal refusal) {
        return HttpResponseStatus.valueOf(refusal.status()).reasonPhrase();
    }

    /** All of it, head and body. */
    static ByteBuf http1(
            Refusal refusal, Version client, AnswerHead.Asked asked, boolean keep, ByteBufAllocator allocator) {
        byte[] body = body(refusal);
        StringBuilder head = new StringBuilder("HTTP/1.1 ")
                .append(refusal.status())
                .append(' ')
                .append(title(refusal))
                .append("\r\ncontent-type: ")
                .append(TYPE)
                .append("\r\ncontent-length: ")
                .append(body.length);
        if (refusal.why() != null) {
            head.append("\r\n").append(WHY).append(": ").append(refusal.why().word);
        }
        if (refusal.retryAfterSeconds() > 0) {
            head.append("\r\nretry-after: ").append(refusal.retryAfterSeconds());
        }
        if (refusal.location() != null) {
            head.append("\r\nlocation: ").append(refusal.location());
        }
        if (!keep) {
            head.append("\r\nconnection: close");
        } else if (client == Version.HTTP_1_0) {
            head.append("\r\nconnection: keep-alive");
        }
        byte[] bytes = head.append("\r\n\r\n").toString().getBytes(StandardCharsets.US_ASCII);
        ByteBuf out = allocator.buffer(bytes.length + body.length).writeBytes(bytes);
        return asked == AnswerHead.Asked.HEAD ? out : out.writeBytes(body);
    }

    static Http2Headers http2(Refusal refusal, int length) {
        Http2Headers headers = new DefaultHttp2Headers(false)
                .status(Integer.toString(refusal.status()))
                .set("content-type", TYPE)
                .setInt("content-length", length);
        if (refusal.why() != null) {
            headers.set(WHY, refusal.why().word);
        }
        if (refusal.location() != null) {
            headers.set("location", refusal.location());
        }
        return refusal.retryAfterSeconds() > 0 ? headers.setInt("retry-after", refusal.retryAfterSeconds()) : headers;
    }
}
