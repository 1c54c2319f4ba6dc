package dev.berth.gateway.proxy.wire;

import dev.berth.gateway.proxy.exchange.Addressing;
import dev.berth.gateway.proxy.exchange.Downstream;
import dev.berth.gateway.proxy.exchange.Exchange;
import dev.berth.gateway.proxy.exchange.Refusal;
import dev.berth.gateway.proxy.http.AnswerHead;
import dev.berth.gateway.proxy.http.BadMessage;
import dev.berth.gateway.proxy.http.BodyReader;
import dev.berth.gateway.proxy.http.Fields;
import dev.berth.gateway.proxy.http.HeadReader;
import dev.berth.gateway.proxy.http.RequestHead;
import dev.berth.gateway.proxy.http.Sender;
import dev.berth.gateway.traffic.Refused;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import org.jboss.logging.Logger;

/** A client's connection of HTTP/1: its requests one after the other, each with its answer before the next begins. */
final class Http1Downstream extends Http1Stream implements Downstream, Client {
    private static final Logger LOG = Logger.getLogger(Http1Downstream.class);
    /** How long a client that was answered before all of its request was read may go on to send it. */
    private static final int LINGER_MILLIS = 2_000;

    /** What comes next from the client. */
    private enum Next {
        HEAD,
        BODY,
        /** Nothing: its answer is under way. */
        NOTHING,
        /** Bytes of another protocol. */
        RAW,
        /** What is left of a request that was answered. */
        REST,
        /** Nobody reads it. */
        NOISE
    }

    private final Door door;
    private final Addressing addressing;
    private final Sender sender;
    private final HeadReader<RequestHead> heads;
    private final BodyReader body;
    private final Http1Answer answer = new Http1Answer();

    private Next next = Next.HEAD;
    private Exchange exchange;
    private boolean closed;

    private long requests;

    Http1Downstream(Door door, Channel channel, boolean tls) {
        this.door = door;
        addressing = door.addressing();
        sender = door.sender(channel, tls);
        heads = HeadReader.ofRequests(door.headLimits());
        body = new BodyReader(door.headLimits(), false);
    }

    @Override
    boolean step(ByteBuf in) throws BadMessage {
        return switch (next) {
            case HEAD -> in.isReadable() && head(heads.read(in));
            case BODY -> reading && piece(body.read(in));
            case REST -> rest(body.read(in));
            case RAW -> reading && in.isReadable() && raw(in.readRetainedSlice(in.readableBytes()));
            case NOISE -> in.skipBytes(in.readableBytes()).isReadable();
            case NOTHING -> false;
        };
    }

    private boolean head(RequestHead head) {
        if (head == null) {
            return false;
        }
        answer.to(head, door.leaving());
        reading = false;
        body.begin(head.framing());
        next = head.framing().bodiless() ? Next.NOTHING : Next.BODY;
        requests++;
        exchange = door.exchange(this, head, addressing, sender);
        if (exchange != null) {
            exchange.start();
        }
        return true;
    }

    private boolean piece(ByteBuf piece) {
        if (piece != null) {
            exchange.body(piece);
            return true;
        }
        if (!body.ended()) {
            return false;
        }
        next = Next.NOTHING;
        exchange.end(body.trailers());
        return true;
    }

    private boolean raw(ByteBuf piece) {
        exchange.body(piece);
        return true;
    }

    private boolean rest(ByteBuf piece) {
        if (piece != null) {
            piece.release();
            return true;
        }
        if (!body.ended()) {
            return false;
        }
        next = Next.NOTHING;
        over();
        return true;
    }

    @Override
    boolean wanted() {
        return next != Next.BODY && next != Next.RAW || reading;
    }

    @Override
    void bad(BadMessage why) {
        Exchange under = exchange;
        if (next == Next.REST) {
            // It was answered, and is given a moment.
            next = Next.NOISE;
            return;
        }
        if (next == Next.HEAD) {
            answer.toNoise();
        }
        answer.last();
        next = Next.NOISE;
        if (under != null) {
            exchange = null;
            under.unreadable(why.status());
        }
        if (answer.begun()) {
            cut();
        } else {
            refuse(new Refusal(Refused.BAD_REQUEST, why.status(), why.getMessage()));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext same) {
        closed = true;
        next = Next.NOISE;
        door.clients().left(this);
        drop();
        answer.drop();
        Exchange under = exchange;
        exchange = null;
        if (under != null) {
            under.gone();
        }
    }

    @Override
    Downstream.Events events() {
        return exchange;
    }

    @Override
    void broken(Throwable fault) {
        if (exchange != null) {
            exchange.broken(fault);
        } else {
            LOG.errorf(fault, "a client's connection met a fault of this gateway");
            context.close();
        }
    }

    // The exchange's end of it.

    @Override
    public void interim(AnswerHead head) {
        answer.interim(head, context);
    }

    @Override
    public void answer(AnswerHead head, boolean sandboxed) {
        answer.begin(head, sandboxed, context);
    }

    @Override
    public void body(ByteBuf piece) {
        answer.piece(piece, context);
    }

    @Override
    public void end(Fields trailers) {
        answer.end(trailers, context);
        answered();
    }

    @Override
    public void switching(AnswerHead head) {
        next = Next.RAW;
        answer.switching(head, context);
    }

    @Override
    public void refuse(Refusal refusal) {
        door.refused(refusal);
        if (next != Next.NOTHING) {
            answer.last();
        }
        answer.refusal(refusal, context);
        answered();
        flush();
    }

    @Override
    public void flush() {
        answer.send(context);
        super.flush();
    }

    @Override
    public void cut() {
        exchange = null;
        answer.drop();
        Farewell.cut(context, answer.untilClose());
    }

    /** The answer is whole; of the request there may be something left. */
    private void answered() {
        exchange = null;
        if (closed) {
            return;
        }
        switch (next) {
            case NOTHING -> over();
            case BODY, RAW -> {
                // Whoever still sends must not lose what was said last.
                next = next == Next.BODY ? Next.REST : Next.NOISE;
                linger();
                take();
            }
            case HEAD, REST, NOISE -> linger();
        }
    }

    /** Lets the rest come and go; but the bytes of a body that nobody wants may never end. */
    private void linger() {
        if (next == Next.NOISE) {
            Farewell.ofOutput(context);
        }
        long request = requests;
        door.later(LINGER_MILLIS, () -> {
            if (requests == request && (next == Next.REST || next == Next.NOISE)) {
                context.close();
            }
        });
        read();
    }

    /** Request and answer are whole. */
    private void over() {
        if (answer.keeps() && !door.leaving()) {
            next = Next.HEAD;
            door.clients().idle(this);
            take();
        } else {
            leaveAfterFlush();
        }
    }

    private void leaveAfterFlush() {
        next = Next.NOISE;
        Farewell.afterFlush(context);
    }

    @Override
    public boolean underWay() {
        return exchange != null || next != Next.HEAD;
    }

    @Override
    public void leave() {
        answer.last();
        if (!underWay() && !heads.underWay() && !waits()) {
            context.close();
        }
    }

    @Override
    public Channel channel() {
        return context.channel();
    }
}
