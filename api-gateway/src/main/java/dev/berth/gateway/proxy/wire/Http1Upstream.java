package dev.berth.gateway.proxy.wire;

import dev.berth.gateway.proxy.exchange.Request;
import dev.berth.gateway.proxy.exchange.Upstream;
import dev.berth.gateway.proxy.http.AnswerHead;
import dev.berth.gateway.proxy.http.BadMessage;
import dev.berth.gateway.proxy.http.BodyReader;
import dev.berth.gateway.proxy.http.Fields;
import dev.berth.gateway.proxy.http.Framing;
import dev.berth.gateway.proxy.http.HeadLimits;
import dev.berth.gateway.proxy.http.HeadReader;
import dev.berth.gateway.proxy.http.RequestHead;
import dev.berth.gateway.proxy.http.RequestWriter;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import org.jboss.logging.Logger;

/** A connection of HTTP/1 to a container: one request after the other, with pauses in which it belongs to its pool. */
final class Http1Upstream extends Http1Stream implements Upstream, ChannelFutureListener {
    private static final Logger LOG = Logger.getLogger(Http1Upstream.class);
    private static final int ROOM = 512;

    private static final BadMessage UNASKED =
            BadMessage.ofAnswer("it answered 101 (switching protocols), which the request did not ask for");

    /** What comes next from the container. */
    private enum Next {
        /** Nothing; it is in its pool. */
        NOTHING,
        HEAD,
        BODY,
        /** Bytes of another protocol. */
        RAW,
        /** Nobody reads it. */
        NOISE
    }

    private final Http1Pool pool;
    private final HeadReader<AnswerHead> heads;
    private final BodyReader body;
    private Next next = Next.NOTHING;
    private Upstream.Events events;
    /** Nothing more comes of the connection but what waits. */
    private boolean closed;
    /** When it was given back to its pool. */
    long idleSince;

    // Of the request.
    private Framing framing;
    private AnswerHead.Asked asked;
    private boolean upgrades;
    private boolean headSent;
    private boolean requestEnded;

    private boolean keep;

    Http1Upstream(Http1Pool pool, HeadLimits limits) {
        this.pool = pool;
        heads = HeadReader.ofAnswers(limits);
        body = new BodyReader(limits, true);
    }

    /** Takes it from its pool. */
    void use(Upstream.Events by) {
        events = by;
    }

    /** Ends it where it is in its pool. */
    void close() {
        context.close();
    }

    boolean usable() {
        return context.channel().isActive() && next == Next.NOTHING;
    }

    @Override
    public boolean head(Request request) {
        RequestHead head = request.head();
        if (!usable()) {
            events = null;
            return false;
        }
        framing = head.framing();
        asked = head.asked();
        upgrades = head.upgrades();
        requestEnded = framing.bodiless();
        headSent = false;
        reading = true;
        next = Next.HEAD;
        ByteBuf out = context.alloc().buffer(head.size() + ROOM);
        RequestWriter.write(head, request.prefix(), request.sender(), out);
        context.write(out).addListener(this);
        return true;
    }

    /** Of the head's bytes. */
    @Override
    public void operationComplete(ChannelFuture sent) {
        headSent = sent.isSuccess();
        if (!headSent && next == Next.HEAD) {
            fail(Failure.UNDELIVERED, "ends its connections");
        }
    }

    @Override
    boolean step(ByteBuf in) throws BadMessage {
        return switch (next) {
            case HEAD -> reading && (in.isReadable() ? head(heads.read(in)) : ended());
            case BODY -> reading && piece(body.read(in));
            case RAW -> reading && (in.isReadable() ? raw(in.readRetainedSlice(in.readableBytes())) : ended());
            case NOTHING -> {
                boolean unasked = in.isReadable();
                in.skipBytes(in.readableBytes());
                if (unasked) {
                    context.close();
                }
                yield false;
            }
            case NOISE -> in.skipBytes(in.readableBytes()).isReadable();
        };
    }

    private boolean head(AnswerHead head) throws BadMessage {
        if (head == null) {
            return closed && ended();
        }
        if (head.status() == 101) {
            if (!upgrades) {
                throw UNASKED;
            }
            next = Next.RAW;
            events.switching(head);
        } else if (head.interim()) {
            events.interim(head);
        } else {
            next = Next.BODY;
            keep = head.keepsAlive();
            body.begin(head.framing(asked));
            events.answer(head);
        }
        return true;
    }

    private boolean piece(ByteBuf piece) {
        if (piece != null) {
            events.body(piece);
            return true;
        }
        if (body.ended()) {
            whole(body.trailers());
            return true;
        }
        return closed && ended();
    }

    private boolean raw(ByteBuf piece) {
        events.body(piece);
        return true;
    }

    /** The connection has ended, and nothing of it waits. */
    private boolean ended() {
        if (!closed) {
            return false;
        }
        if (next == Next.RAW || next == Next.BODY && body.untilClose()) {
            keep = false;
            whole(null);
        } else {
            fail(headSent ? Failure.SILENT : Failure.UNDELIVERED, "ends its connections");
        }
        return false;
    }

    /** Answered. */
    private void whole(Fields trailers) {
        Upstream.Events by = events;
        events = null;
        if (keep && requestEnded && !waits() && !closed) {
            next = Next.NOTHING;
            pool.back(this);
        } else {
            next = Next.NOISE;
            context.close();
        }
        by.end(trailers);
    }

    private void fail(Failure how, String why) {
        Upstream.Events by = events;
        events = null;
        next = Next.NOISE;
        context.close();
        if (by != null) {
            by.failed(how, why);
        }
    }

    @Override
    void bad(BadMessage why) {
        fail(Failure.UNREADABLE, why.getMessage());
    }

    @Override
    boolean wanted() {
        return reading || next == Next.NOTHING || next == Next.NOISE;
    }

    @Override
    public void channelInactive(ChannelHandlerContext same) {
        closed = true;
        pool.gone(this);
        if (next == Next.NOTHING) {
            fail(Failure.UNDELIVERED, "ends its connections");
        } else {
            take();
        }
        if (next == Next.NOISE) {
            drop();
        }
    }

    @Override
    Upstream.Events events() {
        return events;
    }

    @Override
    void broken(Throwable fault) {
        Upstream.Events by = events;
        if (by != null) {
            by.broken(fault);
        } else {
            LOG.errorf(fault, "a connection to a container met a fault of this gateway");
        }
        context.close();
    }

    @Override
    public void body(ByteBuf piece) {
        BodyOut.piece(context, next == Next.RAW ? null : framing, piece);
    }

    @Override
    public void end(Fields trailers) {
        requestEnded = true;
        BodyOut.end(context, framing, trailers);
    }

    @Override
    public void reset() {
        if (events == null) {
            return;
        }
        events = null;
        if (next == Next.NOTHING) {
            pool.back(this);
        } else {
            next = Next.NOISE;
            context.close();
            drop();
        }
    }
}
