package dev.berth.gateway.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What Netty's own decoder makes of the same bytes.
 *
 * @param refused with this reason; null where it is not
 * @param message null where its head is not whole
 * @param whole its body has ended, too
 */
record Netty(String refused, HttpMessage message, String body, String trailers, boolean whole) {
    private static HttpDecoderConfig config(HeadLimits limits) {
        return new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.line())
                .setMaxHeaderSize(limits.head())
                .setValidateHeaders(true);
    }

    static Netty request(HeadLimits limits, byte[] message) {
        return read(new HttpRequestDecoder(config(limits)), message);
    }

    static Netty answer(HeadLimits limits, byte[] message) {
        return read(new HttpResponseDecoder(config(limits)), message);
    }

    private static Netty read(ChannelHandler decoder, byte[] message) {
        EmbeddedChannel channel = new EmbeddedChannel(decoder);
        channel.writeInbound(Unpooled.copiedBuffer(message));
        String refused = null;
        HttpMessage head = null;
        StringBuilder body = new StringBuilder();
        StringBuilder trailers = new StringBuilder();
        boolean whole = false;
        for (HttpObject next = channel.readInbound(); next != null && !whole; next = channel.readInbound()) {
            if (next.decoderResult().isFailure()) {
                refused = String.valueOf(next.decoderResult().cause());
            }
            if (next instanceof HttpMessage one) {
                head = one;
            }
            if (next instanceof HttpContent content) {
                ByteBuf bytes = content.content();
                body.append(bytes.toString(StandardCharsets.ISO_8859_1));
            }
            if (next instanceof LastHttpContent last) {
                whole = refused == null;
                for (Map.Entry<String, String> field : last.trailingHeaders()) {
                    trailers.append(field.getKey())
                            .append('=')
                            .append(field.getValue())
                            .append('\n');
                }
            }
            ReferenceCountUtil.release(next);
        }
        channel.finishAndReleaseAll();
        return new Netty(refused, head, body.toString(), trailers.toString(), whole);
    }

    /** {@code taken}, {@code refused} or {@code more}, of the head. */
    String ofHead() {
        return message == null
                ? refused == null ? "more" : "refused"
                : message.decoderResult().isFailure() ? "refused" : "taken";
    }

    /** {@code taken}, {@code refused} or {@code more}, of the body. */
    String ofBody() {
        return refused != null ? "refused" : whole ? "taken" : "more";
    }

    String fields() {
        StringBuilder out = new StringBuilder();
        for (Map.Entry<String, String> field : message.headers()) {
            out.append(field.getKey()).append('=').append(field.getValue()).append('\n');
        }
        return out.toString();
    }
}
