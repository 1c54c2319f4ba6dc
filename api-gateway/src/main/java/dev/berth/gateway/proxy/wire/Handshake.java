package dev.berth.gateway.proxy.wire;

import dev.berth.gateway.proxy.exchange.Refusal;
import dev.berth.gateway.proxy.http.AnswerHead;
import dev.berth.gateway.proxy.http.Version;
import dev.berth.gateway.traffic.Refused;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import javax.net.ssl.SSLException;
import org.jboss.logging.Logger;

/**
 * A client's connection of TLS until hands are shaken; then it is one of the HTTP that was agreed on (RFC 7301), and this
 * hears what becomes of TLS.
 */
final class Handshake extends ChannelInboundHandlerAdapter implements Client.Silent {
    /** From the connection's begin. */
    static final int MOST_MILLIS = 10_000;

    private static final Logger LOG = Logger.getLogger(Handshake.class);
    private static final Refusal NO_TLS = new Refusal(
            Refused.BAD_REQUEST, 400, "this port speaks TLS: ask it by https, or ask the gateway's other port by http");

    private final Door door;
    private ChannelHandlerContext context;
    /** Null until hands are shaken. */
    private Client client;

    private boolean refused;

    Handshake(Door door) {
        this.door = door;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        door.handshakes().joined(this);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext same, Object event) {
        if (event instanceof SslHandshakeCompletionEvent shaken) {
            if (shaken.isSuccess()) {
                begin();
            } else {
                LOG.debugf("a handshake failed: %s", shaken.cause());
                context.close();
            }
        } else if (event instanceof SslCloseCompletionEvent) {
            // Netty's TLS has no half of a connection left after the other's end: it is as gone as one without TLS.
            context.close();
        }
        same.fireUserEventTriggered(event);
    }

    private void begin() {
        String agreed = context.pipeline().get(SslHandler.class).applicationProtocol();
        if (ApplicationProtocolNames.HTTP_2.equals(agreed)) {
            client = Http2Client.begin(context, door, true);
        } else {
            Http1Downstream http1 = new Http1Downstream(door, context.channel(), true);
            context.pipeline().addLast(http1);
            client = http1;
        }
        door.clients().joined(client);
        door.handshakes().left(this);
        if (door.leaving()) {
            client.leave();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext same, Object message) {
        if (client != null) {
            same.fireChannelRead(message);
            return;
        }
        ByteBuf in = (ByteBuf) message;
        boolean method = in.isReadable() && Character.isUpperCase(in.getByte(in.readerIndex()));
        in.release();
        if (refused) {
            return;
        }
        refused = true;
        if (method) {
            door.refused(NO_TLS);
            context.write(
                    Refusals.http1(NO_TLS, Version.HTTP_1_1, AnswerHead.Asked.BODY, false, context.alloc()),
                    context.voidPromise());
            Farewell.ofOutput(context);
        } else {
            context.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext same) {
        door.handshakes().left(this);
        same.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext same, Throwable fault) {
        Throwable cause = fault instanceof DecoderException && fault.getCause() != null ? fault.getCause() : fault;
        if (client != null && !(cause instanceof SSLException)) {
            same.fireExceptionCaught(fault);
            return;
        }
        if (cause instanceof IOException || cause instanceof DecoderException) {
            LOG.debugf("a client's TLS is broken: %s", cause);
        } else {
            LOG.error("a handshake met a fault of this gateway", cause);
        }
        context.close();
    }

    @Override
    public Channel channel() {
        return context.channel();
    }
}
