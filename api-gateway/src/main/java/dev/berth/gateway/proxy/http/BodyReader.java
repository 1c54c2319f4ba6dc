package dev.berth.gateway.proxy.http;

import io.netty.buffer.ByteBuf;

/** Reads the bodies of one connection of HTTP/1, one after the other, in whatever pieces they come. Copies nothing. */
public final class BodyReader {
    private final HeadLimits limits;
    private final boolean ofAnswers;
    private Framing.Kind kind = Framing.Kind.NONE;
    private long left;
    private ChunkReader chunks;

    /** @param ofAnswers what it refuses is 502 then, else 400 */
    public BodyReader(HeadLimits limits, boolean ofAnswers) {
        this.limits = limits;
        this.ofAnswers = ofAnswers;
    }

    public void begin(Framing framing) {
        kind = framing.kind();
        left = framing.length();
        chunks = kind == Framing.Kind.CHUNKED ? new ChunkReader(limits, ofAnswers) : null;
    }

    /**
     * Takes what came, up to the next piece.
     *
     * @return the piece, the caller's to release; null where the body has ended, or more has to come
     * @throws BadMessage after which nothing more can be read of the connection
     */
    public ByteBuf read(ByteBuf in) throws BadMessage {
        return switch (kind) {
            case NONE -> null;
            case LENGTH -> piece(in);
            case CHUNKED -> chunks.read(in);
            case UNTIL_CLOSE -> in.isReadable() ? in.readRetainedSlice(in.readableBytes()) : null;
        };
    }

    private ByteBuf piece(ByteBuf in) {
        int length = (int) Math.min(left, in.readableBytes());
        left -= length;
        return length == 0 ? null : in.readRetainedSlice(length);
    }

    /** True where the whole body was read. One that lasts until the connection's end never is. */
    public boolean ended() {
        return switch (kind) {
            case NONE -> true;
            case LENGTH -> left == 0;
            case CHUNKED -> chunks.ended();
            case UNTIL_CLOSE -> false;
        };
    }

    /** True where the connection's end is the body's. */
    public boolean untilClose() {
        return kind == Framing.Kind.UNTIL_CLOSE;
    }

    /** After the end. Null where there are none. */
    public Fields trailers() {
        if (kind != Framing.Kind.CHUNKED) {
            return null;
        }
        Fields trailers = chunks.trailers();
        return trailers.count() > 0 ? trailers : null;
    }
}
