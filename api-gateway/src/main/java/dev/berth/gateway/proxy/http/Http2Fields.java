package dev.berth.gateway.proxy.http;

import io.netty.util.AsciiString;

/** Says the fields of a head, or trailers, as HTTP/2 has them: names in lower case, none of HTTP/1's own. */
public final class Http2Fields {
    private static final AsciiString CONTENT_LENGTH = new AsciiString("content-length");
    private static final AsciiString FORWARDED_PREFIX = new AsciiString("x-forwarded-prefix");

    /** Takes one after the other; a byte for each character. */
    public interface Sink {
        void field(AsciiString name, AsciiString value);
    }

    private Http2Fields() {}

    /** The fields of an answer, interim ones too, without {@code :status}; {@code sandboxed} as {@link AnswerWriter} has it. */
    public static void answer(AnswerHead head, AnswerHead.Asked asked, boolean sandboxed, Sink to) {
        each(head.fields(), sandboxed ? Passing.Of.ANSWER_BESIDE_PAGES : Passing.Of.ANSWER, to);
        Framing framing = head.framing(asked);
        long length = framing.kind() == Framing.Kind.LENGTH ? framing.length() : head.lengthElsewhere(asked);
        if (length >= 0 && head.fields().find(FieldKind.CONTENT_LENGTH, 0) >= 0) {
            to.field(CONTENT_LENGTH, new AsciiString(Long.toString(length)));
        }
    }

    /**
     * The fields of a request, without pseudo-headers, and with what the gateway says of its sender.
     *
     * @param prefix as {@link RequestWriter} has it
     */
    public static void request(RequestHead head, int prefix, Sender sender, Sink to) {
        sender.each(head, to);
        if (prefix > 0) {
            to.field(FORWARDED_PREFIX, text(head.fields().bytes(), head.pathAt(), head.pathAt() + prefix, false));
        }
        each(head.fields(), prefix > 0 ? Passing.Of.REQUEST_BESIDE_PAGES : Passing.Of.REQUEST, to);
        if (head.framing().kind() == Framing.Kind.LENGTH) {
            to.field(
                    CONTENT_LENGTH, new AsciiString(Long.toString(head.framing().length())));
        }
    }

    /** Trailers, those of framing and routing left out. */
    public static void trailers(Fields trailers, Sink to) {
        each(trailers, Passing.Of.TRAILERS, to);
    }

    private static void each(Fields fields, Passing.Of of, Sink to) {
        for (int field = 0; field < fields.count(); field++) {
            if (Passing.passes(fields, field, of)) {
                to.field(
                        text(fields.bytes(), fields.line(field), fields.nameTo(field), true),
                        text(fields.bytes(), fields.valueAt(field), fields.valueTo(field), false));
            }
        }
    }

    private static AsciiString text(byte[] bytes, int from, int to, boolean lower) {
        AsciiString text = new AsciiString(bytes, from, to - from, true);
        return lower ? text.toLowerCase() : text;
    }
}
