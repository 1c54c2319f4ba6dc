package dev.berth.gateway.proxy.exchange;

import dev.berth.gateway.proxy.http.Fields;
import dev.berth.gateway.proxy.http.Framing;
import dev.berth.gateway.traffic.Refused;
import io.netty.buffer.ByteBuf;

/** The body of a request on its way from the client to a container: nothing of it is kept. */
final class RequestBody {
    private final Downstream from;
    private final Framing framing;
    private final long most;
    private boolean ended;
    private long bytes;

    /** @param ofApps most bytes that it may have where it is for an app */
    RequestBody(Request request, Downstream from, long ofApps) {
        this.from = from;
        most = request.to().mostBytes(request.head(), ofApps);
        framing = request.head().framing();
        ended = framing.bodiless();
    }

    /** True where it says itself that it has more bytes than it may. */
    boolean saysTooMuch() {
        return framing.kind() == Framing.Kind.LENGTH && framing.length() > most;
    }

    Refusal tooLarge() {
        return new Refusal(Refused.BODY_TOO_LARGE, 413, "the body is over this gateway's limit of " + most + " bytes");
    }

    /** True where nothing of it is gone, so that it can begin anew. */
    boolean untouched() {
        return bytes == 0;
    }

    /** True where all of it was sent, and that was nothing. */
    boolean empty() {
        return ended && bytes == 0;
    }

    /** Begins on a stream that has sent the head. */
    void begin(Upstream to) {
        if (!ended) {
            from.reading(true);
        } else if (!framing.bodiless()) {
            to.end(null);
            to.flush();
        }
    }

    /**
     * A piece came.
     *
     * @return false where it is one too many, and was not sent
     */
    boolean pass(ByteBuf piece, Upstream to) {
        bytes += piece.readableBytes();
        if (bytes > most) {
            piece.release();
            return false;
        }
        to.body(piece);
        if (!to.takesMore()) {
            from.reading(false);
        }
        return true;
    }

    /**
     * It is whole; of one that has no bytes that is known before.
     *
     * @param to null where nobody takes it any more
     */
    void end(Fields trailers, Upstream to) {
        boolean known = ended;
        ended = true;
        if (to != null && !known) {
            to.end(trailers);
            to.flush();
        }
    }
}
