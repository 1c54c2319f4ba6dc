package dev.berth.gateway.proxy.exchange;

import dev.berth.gateway.proxy.http.AnswerHead;
import dev.berth.gateway.proxy.http.Fields;
import dev.berth.gateway.traffic.Backend;
import dev.berth.gateway.traffic.Claim;
import dev.berth.gateway.traffic.Counts;
import dev.berth.gateway.traffic.Refused;
import io.netty.buffer.ByteBuf;
import org.jboss.logging.Logger;

/**
 * One request on its way to a container and back. A request that could not be delivered is resolved again, also while
 * another container is found; one that may have reached a container is repeated only where that does no harm and nothing
 * was answered yet.
 *
 * <p>The path of a request: {@link #start}, {@link #resolve} (or {@link #park}), {@link #deliver}, {@link #body} and
 * {@link #end}, {@link #answer}, {@link #answerEnded}.
 */
public final class Exchange implements Downstream.Events {
    private static final Logger LOG = Logger.getLogger(Exchange.class);

    Exchange previous;
    Exchange next;

    private final Loop loop;
    private final Exchanges all;
    private final Downstream downstream;
    private final Request request;
    private final Search search;
    private final RequestBody body;
    private final long startedNanos;

    private State state = State.RESOLVING;
    private boolean repeated;
    /** Of the answer, by whomever it is; 0 while there is none, and where it is counted. */
    private int status;

    private boolean byGateway;

    public Exchange(Loop loop, Exchanges all, Downstream downstream, Request request) {
        this.loop = loop;
        this.all = all;
        this.downstream = downstream;
        this.request = request;
        search = new Search(loop, request.to());
        body = new RequestBody(request, downstream, loop.limits().bodyBytes());
        startedNanos = loop.nanos();
    }

    /** The one change of state. */
    private void become(State next) {
        state = next;
    }

    /** Begins; what fails in it ends in {@link #broken}, as in all that is called from outside. */
    public void start() {
        all.add(this);
        guarded(() -> {
            if (body.saysTooMuch()) {
                refuseOrCut(Backend.End.FINISHED, body.tooLarge());
            } else {
                resolve();
            }
        });
    }

    private void resolve() {
        become(State.RESOLVING);
        switch (search.next()) {
            case Search.Found.Container(Claim claim, boolean http2) -> {
                Attempt attempt = new Attempt(this, claim);
                become(new State.Trying(attempt));
                loop.connect(claim.backend(), http2 || request.byHttp2(), attempt, attempt);
            }
            case Search.Found.Full full -> park();
            case Search.Found.Nowhere(Refusal why) -> refuseOrCut(Backend.End.FINISHED, why);
        }
    }

    private void park() {
        Search.Stay stay = search.new Stay();
        become(new State.Parked(stay));
        Refusal full = search.park(stay, () -> loop.run(() -> unpark(stay)));
        if (full != null) {
            refuseOrCut(Backend.End.FINISHED, full);
        }
    }

    private void unpark(Search.Stay stay) {
        if (state instanceof State.Parked(Search.Stay now) && now == stay) {
            stay.leave();
            guarded(this::resolve);
        }
    }

    /** The container of an attempt takes the request. */
    void deliver(Attempt by) {
        if (!by.upstream().head(request)) {
            undelivered(by, "ends its connections");
            return;
        }
        // Of the head alone it is known afterwards that it did not arrive; where that is known at once, another attempt
        // is under way.
        by.upstream().flush();
        if (state.attempt() == by) {
            body.begin(by.upstream());
        }
    }

    /** Nothing of the request has reached the container. */
    private void undelivered(Attempt by, String why) {
        by.end(Backend.End.UNDELIVERED, loop.now(), loop);
        downstream.reading(false);
        search.undelivered(by.backend(), why);
        resolve();
    }

    @Override
    public void body(ByteBuf piece) {
        Attempt by = state.attempt();
        if (state.tunnel() != null) {
            state.tunnel().fromClient(piece);
        } else if (by == null) {
            piece.release();
        } else if (!body.pass(piece, by.upstream())) {
            refuseOrCut(Backend.End.FINISHED, body.tooLarge());
        }
    }

    @Override
    public void end(Fields trailers) {
        body.end(trailers, upstream());
    }

    @Override
    public void paused() {
        if (upstream() != null) {
            upstream().flush();
        }
    }

    /** The client takes more of the answer. */
    @Override
    public void writable() {
        if (upstream() != null) {
            upstream().reading(true);
        }
    }

    /** Null where none is under way. */
    private Upstream upstream() {
        return state.attempt() == null ? null : state.attempt().upstream();
    }

    @Override
    public void gone() {
        if (state != State.OVER) {
            if (state.tunnel() != null) {
                end(Backend.End.FINISHED);
            } else {
                unfinished(Counts.Unfinished.ABANDONED);
                end(Backend.End.ABANDONED);
            }
        }
    }

    /**
     * What came from the client is no HTTP. Where nothing was answered yet, it is told so.
     *
     * @param refused the status of that
     */
    public void unreadable(int refused) {
        if (state != State.OVER) {
            if (state.answered()) {
                unfinished(Counts.Unfinished.ABANDONED);
            } else {
                refusedWith(refused);
            }
            end(Backend.End.ABANDONED);
        }
    }

    Downstream downstream() {
        return downstream;
    }

    void answer(Attempt by, AnswerHead answer) {
        become(new State.Answering(by));
        status = answer.status();
        downstream.answer(answer, request.prefix() > 0);
    }

    void answerBody(Attempt by, ByteBuf piece) {
        if (state.tunnel() != null) {
            state.tunnel().fromContainer(piece);
            return;
        }
        downstream.body(piece);
        if (!downstream.takesMore()) {
            by.upstream().reading(false);
        }
    }

    void answerEnded(Fields trailers) {
        try {
            end(Backend.End.FINISHED);
        } finally {
            downstream.end(trailers);
            downstream.flush();
        }
    }

    void switching(Attempt by, AnswerHead answer) {
        become(new State.Tunnelling(by, new Tunnel(downstream, by.upstream(), answer.webSocket())));
        status = answer.status();
        count(loop.nanos());
        downstream.switching(answer);
        downstream.flush();
        downstream.reading(true);
    }

    void failed(Attempt by, Upstream.Failure how, String why) {
        if (state.answered()) {
            // Part of the answer is out: the client must see that it is not whole.
            if (state.tunnel() != null) {
                end(Backend.End.FINISHED);
            } else {
                unfinished(Counts.Unfinished.DROPPED);
                end(Backend.End.DROPPED);
            }
            downstream.cut();
        } else if (how == Upstream.Failure.UNDELIVERED && body.untouched()) {
            undelivered(by, why);
        } else if (how == Upstream.Failure.SILENT
                && !repeated
                && body.empty()
                && request.head().idempotent()) {
            // Once: a request that its containers die of must not take all of them along.
            repeated = true;
            by.end(Backend.End.UNDELIVERED, loop.now(), loop);
            resolve();
        } else {
            refuseOrCut(Backend.End.DROPPED, search.unanswered(by.backend(), how, why));
        }
    }

    /** Looked at some ten times a second. */
    void tick(long now) {
        if (state != State.OVER) {
            end(Due.at(now, state, search, startedNanos / 1_000_000));
        }
    }

    /** This gateway ends, and does not wait any longer. */
    void cut(String why) {
        if (state != State.OVER) {
            end(Due.leaving(state, why));
        }
    }

    private void end(Due due) {
        if (due == null || state instanceof State.Closing) {
            return;
        }
        if (!(state instanceof State.Tunnelling(Attempt by, Tunnel tunnel))) {
            refuseOrCut(due.how(), due.why());
            return;
        }
        by.release(due.how(), loop.now(), loop);
        unfinished(Counts.Unfinished.CUT);
        become(new State.Closing(by, tunnel));
        if (tunnel.end()) {
            loop.later(Tunnel.CLOSING_MILLIS, () -> guarded(this::closed));
        } else {
            closed();
        }
    }

    /** Both ends were told, and had a moment. */
    private void closed() {
        if (state != State.OVER) {
            end(Backend.End.CUT);
            downstream.end(null);
            downstream.flush();
        }
    }

    /** Ends it by the gateway's own word, where that can still be said. */
    private void refuseOrCut(Backend.End how, Refusal refusal) {
        boolean answered = state.answered();
        if (answered) {
            unfinished(how == Backend.End.DROPPED ? Counts.Unfinished.DROPPED : Counts.Unfinished.CUT);
        } else {
            refusedWith(refusal.status());
        }
        try {
            end(how);
        } finally {
            if (answered) {
                downstream.cut();
            } else {
                downstream.refuse(refusal);
            }
        }
    }

    /** Whatever it was about: the slot is given back, and the client hears of it. */
    @Override
    public void broken(Throwable fault) {
        LOG.errorf(fault, "a request for %s met a fault of this gateway", request.name());
        if (state != State.OVER) {
            refuseOrCut(
                    Backend.End.DROPPED,
                    new Refusal(Refused.FAULT, 500, "this gateway met a fault of its own; its log says which"));
        } else {
            downstream.cut();
        }
    }

    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error fault) {
            broken(fault);
        }
    }

    private void end(Backend.End how) {
        State before = state;
        Attempt by = state.attempt();
        become(State.OVER);
        all.remove(this);
        if (before instanceof State.Parked(Search.Stay stay)) {
            stay.leave();
        }
        long now = loop.nanos();
        if (by != null) {
            by.end(how, now / 1_000_000, loop);
            by.reset();
        }
        count(now);
    }

    private void refusedWith(int answer) {
        status = answer;
        byGateway = true;
    }

    /** Once an answer is out as far as it goes. */
    private void count(long nowNanos) {
        Counts counts = status == 0 ? null : search.counts();
        if (counts != null) {
            counts.answered(status, byGateway ? Counts.By.GATEWAY : Counts.By.APP, nowNanos - startedNanos);
        }
        status = 0;
    }

    private void unfinished(Counts.Unfinished how) {
        Counts counts = search.counts();
        if (counts != null) {
            counts.unfinished(how);
        }
    }
}
