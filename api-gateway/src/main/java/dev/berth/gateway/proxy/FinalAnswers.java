package dev.berth.gateway.proxy;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.ReferenceCountUtil;

/**
 * Stands between Netty's codec and Vert.x on an HTTP/1 connection to a container. Vert.x takes an interim answer that it
 * does not know for the final one and keeps the connection for the next request, which would get this one's answer. So
 * such a connection ends here.
 */
final class FinalAnswers extends ChannelDuplexHandler {
    private boolean upgradeAsked;
    private boolean broken;

    /** True where an answer of this status is the last one to its request, or one that Vert.x knows how to take. */
    static boolean readable(int status, boolean upgradeAsked) {
        return switch (status) {
            case 100, 103 -> true;
            case 101 -> upgradeAsked;
            default -> status >= 200 && status <= 999;
        };
    }

    static UnreadableAnswer unreadable(int status) {
        return new UnreadableAnswer(
                status == 101
                        ? "it answered 101 (switching protocols), which the request did not ask for"
                        : "it answered with status " + status + ", which this gateway can't pass on");
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        if (message instanceof HttpRequest request) {
            upgradeAsked = request.headers().contains(Headers.UPGRADE);
        }
        super.write(context, message, promise);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (!broken
                && message instanceof HttpResponse answer
                && answer.decoderResult().isSuccess()
                && !readable(answer.status().code(), upgradeAsked)) {
            broken = true;
            context.fireExceptionCaught(unreadable(answer.status().code()));
            context.close();
        }
        if (broken) {
            ReferenceCountUtil.release(message);
        } else {
            super.channelRead(context, message);
        }
    }
}
