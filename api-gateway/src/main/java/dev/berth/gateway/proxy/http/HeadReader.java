package dev.berth.gateway.proxy.http;

import io.netty.buffer.ByteBuf;
import java.util.function.IntFunction;

/**
 * Reads the heads of one connection, in whatever pieces they come: each byte is searched once for the end of its line,
 * copied once and then read.
 *
 * <p>A head allocates itself, its bytes, its array of positions, and a {@link Framing} where it says a length. Bytes and
 * positions have room for as much as the connection's head before it had, and double where there is more.
 */
public final class HeadReader<H extends Head> {
    private static final int FIRST_ROOM = 8;

    private final IntFunction<H> made;
    private final HeadLimits limits;
    private final Lines lines = new Lines();
    private H head;
    private boolean begun;
    /** Heads of one connection are much alike. */
    private int room = FIRST_ROOM;

    private HeadReader(IntFunction<H> made, HeadLimits limits) {
        this.made = made;
        this.limits = limits;
    }

    public static HeadReader<RequestHead> ofRequests(HeadLimits limits) {
        return new HeadReader<>(RequestHead::new, limits);
    }

    public static HeadReader<AnswerHead> ofAnswers(HeadLimits limits) {
        return new HeadReader<>(AnswerHead::new, limits);
    }

    /**
     * Takes what came, up to the end of the head.
     *
     * @return null where more has to come
     * @throws BadMessage after which nothing more can be read of the connection
     */
    public H read(ByteBuf in) throws BadMessage {
        if (head == null) {
            head = made.apply(room);
        }
        try {
            if (!begun && !begin(in) || !head.fields.read(in, lines, limits)) {
                return null;
            }
        } catch (BadMessage bad) {
            throw head.refusal(bad);
        }
        H whole = head;
        head = null;
        begun = false;
        room = Math.max(1, whole.fields.count());
        whole.fields.hold(lines.take());
        try {
            whole.finish();
        } catch (BadMessage bad) {
            throw whole.refusal(bad);
        }
        return whole;
    }

    private boolean begin(ByteBuf in) throws BadMessage {
        while (lines.next(in, Math.min(limits.line(), limits.head() - lines.length() - 2), head.tooLong())) {
            if (head.first(lines.bytes(), lines.start, lines.end)) {
                begun = true;
                return true;
            }
        }
        return false;
    }

    /** True where a head has begun to come, or empty lines before one. */
    public boolean underWay() {
        return lines.begun();
    }
}
