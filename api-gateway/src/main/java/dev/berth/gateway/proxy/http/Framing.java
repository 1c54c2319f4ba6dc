package dev.berth.gateway.proxy.http;

import io.netty.util.AsciiString;

/**
 * How the end of a body is found (RFC 9112, 6.3). One is made for each length that is said, and for nothing else.
 *
 * @param length bytes of the body where it is {@link Kind#LENGTH}, else 0
 */
public record Framing(Kind kind, long length) {
    public enum Kind {
        /** There is no body. */
        NONE,
        LENGTH,
        CHUNKED,
        /** To the end of the connection: answers alone. */
        UNTIL_CLOSE
    }

    public static final Framing NONE = new Framing(Kind.NONE, 0);
    public static final Framing CHUNKED = new Framing(Kind.CHUNKED, 0);
    public static final Framing UNTIL_CLOSE = new Framing(Kind.UNTIL_CLOSE, 0);

    private static final Framing EMPTY = new Framing(Kind.LENGTH, 0);
    private static final AsciiString CHUNKED_CODING = new AsciiString("chunked");

    private static final BadMessage BOTH =
            BadMessage.malformed("the body has a length and a transfer-encoding, so that its end is told twice");
    private static final BadMessage ENCODED_IN_1_0 =
            BadMessage.malformed("HTTP/1.0 knows no transfer-encoding, so that nobody can tell where the body ends");
    private static final BadMessage BAD_ENCODING = BadMessage.malformed(
            "transfer-encoding must name chunked, as the last one, once and without anything to it");
    private static final BadMessage UNKNOWN_ENCODING =
            new BadMessage(501, "this gateway knows no transfer-encoding but chunked");
    private static final BadMessage BAD_LENGTH = BadMessage.malformed("content-length is no number");
    private static final BadMessage OVERFLOW = BadMessage.malformed("content-length is more than anybody can send");
    private static final BadMessage LENGTHS = BadMessage.malformed("content-length is said twice, and not the same");

    static Framing ofLength(long length) {
        return length == 0 ? EMPTY : new Framing(Kind.LENGTH, length);
    }

    /** True where no byte of a body follows. */
    public boolean bodiless() {
        return kind == Kind.NONE || kind == Kind.LENGTH && length == 0;
    }

    /** What fields say of the body; {@link #NONE} where they say nothing. */
    static Framing said(Fields fields, Version version) throws BadMessage {
        long length = length(fields);
        if (fields.find(FieldKind.TRANSFER_ENCODING, 0) < 0) {
            return length < 0 ? NONE : ofLength(length);
        }
        if (length >= 0) {
            throw BOTH;
        }
        if (version == Version.HTTP_1_0) {
            throw ENCODED_IN_1_0;
        }
        chunked(fields);
        return CHUNKED;
    }

    private static void chunked(Fields fields) throws BadMessage {
        boolean chunked = false;
        boolean unknown = false;
        for (int at = fields.find(FieldKind.TRANSFER_ENCODING, 0);
                at >= 0;
                at = fields.find(FieldKind.TRANSFER_ENCODING, at + 1)) {
            Elements codings = fields.elements(at);
            while (codings.next()) {
                boolean token =
                        codings.from < codings.to && Octets.all(fields.bytes(), codings.from, codings.to, Octets.TOKEN);
                if (chunked || !token) {
                    throw BAD_ENCODING;
                }
                chunked = Octets.same(fields.bytes(), codings.from, codings.to, CHUNKED_CODING);
                unknown |= !chunked;
            }
        }
        if (unknown) {
            throw UNKNOWN_ENCODING;
        }
    }

    /** -1 where none is said. Said more than once it must be the same each time (RFC 9110, 8.6). */
    private static long length(Fields fields) throws BadMessage {
        long said = -1;
        for (int at = fields.find(FieldKind.CONTENT_LENGTH, 0);
                at >= 0;
                at = fields.find(FieldKind.CONTENT_LENGTH, at + 1)) {
            Elements lengths = fields.elements(at);
            while (lengths.next()) {
                long length = number(fields.bytes(), lengths.from, lengths.to);
                if (said >= 0 && said != length) {
                    throw LENGTHS;
                }
                said = length;
            }
        }
        return said;
    }

    private static long number(byte[] bytes, int from, int to) throws BadMessage {
        if (from == to || !Octets.all(bytes, from, to, Octets.DIGIT)) {
            throw BAD_LENGTH;
        }
        long number = 0;
        for (int at = from; at < to; at++) {
            int digit = bytes[at] - '0';
            if (number > (Long.MAX_VALUE - digit) / 10) {
                throw OVERFLOW;
            }
            number = 10 * number + digit;
        }
        return number;
    }
}
