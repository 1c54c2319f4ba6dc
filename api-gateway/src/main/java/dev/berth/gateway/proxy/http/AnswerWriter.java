package dev.berth.gateway.proxy.http;

import io.netty.buffer.ByteBuf;

/** Writes an answer's head for a client of HTTP/1.x. Allocates nothing. */
public final class AnswerWriter {
    private static final byte[] CLOSE = Passing.ascii("connection: close\r\n");
    private static final byte[] KEEP_ALIVE = Passing.ascii("connection: keep-alive\r\n");

    private AnswerWriter() {}

    /**
     * An interim answer, as it came. To HTTP/1.0, which knows none, nothing is written (RFC 9110, 15.2).
     *
     * @throws IllegalArgumentException for one that is not interim
     */
    public static void interim(AnswerHead head, Version client, ByteBuf out) {
        if (!head.interim()) {
            throw new IllegalArgumentException(head.status() + " is no interim answer");
        }
        if (client == Version.HTTP_1_1) {
            line(head, out);
            // Berth's own pages send none of these, so no cookie of theirs is lost.
            Passing.fields(head.fields(), Passing.Of.ANSWER_BESIDE_PAGES, out);
            out.writeBytes(Passing.CRLF);
        }
    }

    /** 101: from here on both ends speak another protocol. */
    public static void switching(AnswerHead head, ByteBuf out) {
        line(head, out);
        Passing.fields(head.fields(), Passing.Of.ANSWER_BESIDE_PAGES, out);
        Passing.upgrade(head.fields(), out);
        out.writeBytes(Passing.CRLF);
    }

    /**
     * A final answer.
     *
     * @param client the version of the request that is answered
     * @param keep another request may follow on the client's connection
     * @param sandboxed as {@link Sandbox} says; a policy of the app's own holds beside it
     * @return how the body has to go on; with {@link Framing.Kind#UNTIL_CLOSE} the connection ends with it, whatever
     *     {@code keep} said
     */
    public static Framing write(
            AnswerHead head, AnswerHead.Asked asked, Version client, boolean keep, boolean sandboxed, ByteBuf out) {
        Framing framing = onward(head.framing(asked), client);
        line(head, out);
        Passing.fields(head.fields(), sandboxed ? Passing.Of.ANSWER_BESIDE_PAGES : Passing.Of.ANSWER, out);
        long elsewhere = head.lengthElsewhere(asked);
        if (elsewhere >= 0) {
            Passing.length(elsewhere, out);
        } else {
            Passing.framing(framing, out);
        }
        if (sandboxed) {
            out.writeBytes(Sandbox.LINE);
        }
        if (!keep || framing.kind() == Framing.Kind.UNTIL_CLOSE) {
            out.writeBytes(CLOSE);
        } else if (client == Version.HTTP_1_0) {
            out.writeBytes(KEEP_ALIVE);
        }
        out.writeBytes(Passing.CRLF);
        return framing;
    }

    private static Framing onward(Framing framing, Version client) {
        return switch (framing.kind()) {
            case NONE, LENGTH -> framing;
            // HTTP/1.0 is told the end of what has no length by the connection's.
            case CHUNKED, UNTIL_CLOSE -> client == Version.HTTP_1_0 ? Framing.UNTIL_CLOSE : Framing.CHUNKED;
        };
    }

    private static void line(AnswerHead head, ByteBuf out) {
        out.writeBytes(Passing.HTTP_1_1);
        for (int unit = 100; unit > 0; unit /= 10) {
            out.writeByte('0' + head.status() / unit % 10);
        }
        out.writeByte(' ')
                .writeBytes(head.fields().bytes(), head.reasonAt(), head.lineTo() - head.reasonAt())
                .writeBytes(Passing.CRLF);
    }
}
