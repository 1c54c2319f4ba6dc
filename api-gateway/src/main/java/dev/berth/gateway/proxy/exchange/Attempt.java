package dev.berth.gateway.proxy.exchange;

import dev.berth.gateway.proxy.http.AnswerHead;
import dev.berth.gateway.proxy.http.Fields;
import dev.berth.gateway.traffic.Backend;
import dev.berth.gateway.traffic.Claim;
import io.netty.buffer.ByteBuf;

/** One try of a request on one container: what it holds there, and what comes of it. After its end nothing does. */
final class Attempt implements Upstream.Events, Loop.Connecting {
    private final Exchange exchange;
    private final Claim claim;
    private Upstream upstream;
    private boolean released;
    private boolean over;

    Attempt(Exchange exchange, Claim claim) {
        this.exchange = exchange;
        this.claim = claim;
    }

    Backend backend() {
        return claim.backend();
    }

    /** Null until there is a connection. */
    Upstream upstream() {
        return upstream;
    }

    /** Gives the slot back, where it was not yet. */
    void release(Backend.End how, long nowMillis, Loop loop) {
        if (!released) {
            released = true;
            if (claim.end(how, nowMillis)) {
                loop.drained();
            }
        }
    }

    void end(Backend.End how, long nowMillis, Loop loop) {
        over = true;
        release(how, nowMillis, loop);
    }

    /** Ends what is under way at the container; nothing where both bodies have ended. */
    void reset() {
        if (upstream != null) {
            upstream.reset();
        }
    }

    @Override
    public void connected(Upstream to) {
        upstream = to;
        if (over) {
            to.reset();
            return;
        }
        guarded(() -> exchange.deliver(this));
    }

    /** For what is called back by something that does not tell anybody what it threw. */
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error fault) {
            exchange.broken(fault);
        }
    }

    @Override
    public void refused(String why) {
        failed(Upstream.Failure.UNDELIVERED, why);
    }

    @Override
    public void interim(AnswerHead head) {
        if (!over) {
            exchange.downstream().interim(head);
            exchange.downstream().flush();
        }
    }

    @Override
    public void answer(AnswerHead head) {
        if (!over) {
            exchange.answer(this, head);
        }
    }

    @Override
    public void switching(AnswerHead head) {
        if (!over) {
            exchange.switching(this, head);
        }
    }

    @Override
    public void body(ByteBuf piece) {
        if (over) {
            piece.release();
        } else {
            exchange.answerBody(this, piece);
        }
    }

    @Override
    public void end(Fields trailers) {
        if (!over) {
            exchange.answerEnded(trailers);
        }
    }

    @Override
    public void paused() {
        if (!over) {
            exchange.downstream().flush();
        }
    }

    @Override
    public void writable() {
        if (!over) {
            exchange.downstream().reading(true);
        }
    }

    @Override
    public void failed(Upstream.Failure how, String why) {
        if (!over) {
            guarded(() -> exchange.failed(this, how, why));
        }
    }

    @Override
    public void broken(Throwable fault) {
        if (!over) {
            exchange.broken(fault);
        }
    }
}
