package dev.berth.gateway.proxy.wire;

import dev.berth.gateway.proxy.exchange.Request;
import dev.berth.gateway.proxy.exchange.Upstream;
import dev.berth.gateway.proxy.http.AnswerHead;
import dev.berth.gateway.proxy.http.BadMessage;
import dev.berth.gateway.proxy.http.Fields;
import dev.berth.gateway.proxy.http.HeadLimits;
import dev.berth.gateway.proxy.http.Http2Answer;
import dev.berth.gateway.proxy.http.Http2Fields;
import dev.berth.gateway.proxy.http.Http2Trailers;
import dev.berth.gateway.proxy.http.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2ResetFrame;

/** One request on a connection of HTTP/2 to a container. */
final class Http2Upstream extends Http2Stream implements Upstream, ChannelFutureListener {
    private static final BadMessage UNASKED =
            BadMessage.ofAnswer("it answered 101 (switching protocols), which HTTP/2 does not have");
    private static final BadMessage INTERIM_END = BadMessage.ofAnswer("its stream ends with an interim answer");

    private final HeadLimits limits;
    /** Null once nothing more is to be heard. */
    private Upstream.Events events;

    private boolean sent;
    private boolean answered;
    private boolean requestEnded;
    /** The container said that it does not take the request. */
    private boolean untaken;

    Http2Upstream(HeadLimits limits, Upstream.Events events) {
        this.limits = limits;
        this.events = events;
    }

    @Override
    public boolean head(Request request) {
        RequestHead head = request.head();
        if (!context.channel().isActive()) {
            events = null;
            return false;
        }
        requestEnded = head.framing().bodiless();
        Http2Headers headers = new DefaultHttp2Headers(false)
                .method(head.method())
                .scheme("http")
                .path(head.path(request.prefix()));
        if (!head.authority().isEmpty()) {
            headers.authority(head.authority());
        }
        Http2Fields.request(head, request.prefix(), request.sender(), headers::add);
        sent = true;
        context.write(new DefaultHttp2HeadersFrame(headers, requestEnded)).addListener(this);
        return true;
    }

    /** Of the head. */
    @Override
    public void operationComplete(ChannelFuture written) {
        if (!written.isSuccess() && !answered) {
            fail(Failure.UNDELIVERED, "ends its connections");
        }
    }

    @Override
    void headers(Http2Headers headers, boolean last) throws BadMessage {
        if (events == null) {
            return;
        }
        if (answered) {
            Fields trailers = Http2Trailers.of(headers, limits, context.alloc());
            whole(trailers.count() == 0 ? null : trailers);
            return;
        }
        AnswerHead head = Http2Answer.of(headers, last, limits, context.alloc());
        if (head.status() == 101) {
            throw UNASKED;
        }
        if (head.interim()) {
            if (last) {
                throw INTERIM_END;
            }
            events.interim(head);
            return;
        }
        answered = true;
        events.answer(head);
        if (last) {
            whole(null);
        }
    }

    @Override
    void data(ByteBuf piece) {
        if (events == null) {
            piece.release();
        } else if (answered) {
            events.body(piece);
        } else {
            piece.release();
            bad(BadMessage.ofAnswer("its body comes before its head"));
        }
    }

    @Override
    void ended() {
        if (events != null) {
            whole(null);
        }
    }

    private void whole(Fields trailers) {
        Upstream.Events by = events;
        events = null;
        if (by == null) {
            return;
        }
        if (!requestEnded) {
            reset(Http2Error.CANCEL);
        }
        by.end(trailers);
    }

    private void fail(Failure how, String why) {
        Upstream.Events by = events;
        events = null;
        if (by != null) {
            by.failed(how, why);
        }
    }

    @Override
    void bad(BadMessage why) {
        reset(Http2Error.PROTOCOL_ERROR);
        fail(Failure.UNREADABLE, why.getMessage());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext same, Object event) {
        if (event instanceof Http2ResetFrame reset) {
            // The end follows, after what came before it.
            untaken |= reset.errorCode() == Http2Error.REFUSED_STREAM.code();
        } else if (event instanceof Http2GoAwayFrame) {
            // Its last stream is before this one.
            untaken = true;
        }
        same.fireUserEventTriggered(event);
    }

    @Override
    boolean wantedAfterItsEnd() {
        return events != null;
    }

    @Override
    void lost() {
        fail(untaken && !answered ? Failure.UNDELIVERED : Failure.SILENT, "refuses streams");
    }

    @Override
    Upstream.Events events() {
        return events;
    }

    @Override
    public void end(Fields trailers) {
        requestEnded = true;
        super.end(trailers);
    }

    @Override
    public void reset() {
        if (events == null) {
            return;
        }
        events = null;
        dropWaiting();
        if (sent) {
            reset(Http2Error.CANCEL);
        } else {
            context.close();
        }
    }
}
