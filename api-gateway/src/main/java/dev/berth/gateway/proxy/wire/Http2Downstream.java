package dev.berth.gateway.proxy.wire;

import dev.berth.gateway.proxy.exchange.Downstream;
import dev.berth.gateway.proxy.exchange.Exchange;
import dev.berth.gateway.proxy.exchange.Refusal;
import dev.berth.gateway.proxy.http.AnswerHead;
import dev.berth.gateway.proxy.http.BadMessage;
import dev.berth.gateway.proxy.http.Fields;
import dev.berth.gateway.proxy.http.Http2Fields;
import dev.berth.gateway.proxy.http.Http2Request;
import dev.berth.gateway.proxy.http.Http2Trailers;
import dev.berth.gateway.proxy.http.RequestHead;
import dev.berth.gateway.proxy.http.Sandbox;
import dev.berth.gateway.traffic.Refused;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2ResetFrame;

/** One request of a client's connection of HTTP/2. */
final class Http2Downstream extends Http2Stream implements Downstream {
    private final Http2Client client;
    private final Door door;
    private Exchange exchange;
    private AnswerHead.Asked asked = AnswerHead.Asked.BODY;
    private boolean begun;
    private boolean requestEnded;
    private boolean over;

    Http2Downstream(Http2Client client, Door door) {
        this.client = client;
        this.door = door;
    }

    @Override
    void headers(Http2Headers headers, boolean last) throws BadMessage {
        if (over) {
            return;
        }
        if (exchange != null) {
            requestEnded = true;
            exchange.end(Http2Trailers.of(headers, door.headLimits(), context.alloc()));
            return;
        }
        client.began();
        begun = true;
        requestEnded = last;
        RequestHead head = Http2Request.of(headers, last, door.headLimits(), context.alloc());
        asked = head.asked();
        boolean more = !head.framing().bodiless();
        exchange = door.exchange(this, head, client.addressing(), client.sender());
        if (exchange != null) {
            if (more) {
                reading(false);
            }
            exchange.start();
        }
    }

    @Override
    void data(ByteBuf piece) {
        if (exchange == null) {
            piece.release();
        } else {
            exchange.body(piece);
        }
    }

    @Override
    void ended() {
        if (!requestEnded) {
            requestEnded = true;
            if (exchange != null) {
                exchange.end(null);
            }
        }
    }

    /** The stream alone ends (RFC 9113, 8.1.1). */
    @Override
    void bad(BadMessage why) {
        Exchange under = exchange;
        exchange = null;
        if (under != null) {
            under.gone();
        }
        if (under != null || why.status() == 400) {
            over = true;
            reset(Http2Error.PROTOCOL_ERROR);
        } else {
            refuse(new Refusal(Refused.BAD_REQUEST, why.status(), why.getMessage()));
        }
    }

    @Override
    Downstream.Events events() {
        return exchange;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext same, Object event) {
        if (event instanceof Http2ResetFrame) {
            dropWaiting();
            lost();
        }
        same.fireUserEventTriggered(event);
    }

    /** Whoever is gone wants no answer. */
    @Override
    boolean wantedAfterItsEnd() {
        return false;
    }

    @Override
    void lost() {
        over = true;
        Exchange under = exchange;
        exchange = null;
        if (under != null) {
            under.gone();
        }
        if (begun) {
            begun = false;
            client.ended();
        }
    }

    @Override
    public void interim(AnswerHead head) {
        send(fields(head, true));
    }

    @Override
    public void answer(AnswerHead head, boolean sandboxed) {
        Http2Headers headers = fields(head, sandboxed);
        if (sandboxed) {
            headers.add(Sandbox.FIELD, Sandbox.POLICY);
        }
        hold(headers);
    }

    private Http2Headers fields(AnswerHead head, boolean sandboxed) {
        Http2Headers headers = new DefaultHttp2Headers(false).status(Integer.toString(head.status()));
        Http2Fields.answer(head, asked, sandboxed, headers::add);
        return headers;
    }

    /** HTTP/2 asks for no upgrade. */
    @Override
    public void switching(AnswerHead head) {
        throw new IllegalStateException("a stream of HTTP/2 was answered 101");
    }

    @Override
    public void end(Fields trailers) {
        super.end(trailers);
        answered();
    }

    @Override
    public void refuse(Refusal refusal) {
        door.refused(refusal);
        byte[] body = Refusals.body(refusal);
        hold(Refusals.http2(refusal, body.length));
        if (asked != AnswerHead.Asked.HEAD) {
            body(Unpooled.wrappedBuffer(body));
        }
        super.end(null);
        answered();
        flush();
    }

    /** What is left of the request has nowhere to go. */
    private void answered() {
        exchange = null;
        over = true;
        if (!requestEnded) {
            reset(Http2Error.NO_ERROR);
        }
    }

    @Override
    public void cut() {
        exchange = null;
        over = true;
        reset(Http2Error.INTERNAL_ERROR);
    }
}
