package dev.berth.gateway.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;
import java.util.Map;

/** Fields of HTTP/2 (RFC 9113, 8.2) checked, and written as lines of HTTP/1.1. */
final class Http2Text {
    private static final BadMessage BAD_NAME = BadMessage.malformed("a field has a name that no field of HTTP/2 has");
    static final BadMessage BAD_VALUE =
            BadMessage.malformed("a field has control bytes in its value, or blanks around it");
    static final BadMessage OF_HTTP_1 =
            BadMessage.malformed("a field is about a connection of HTTP/1, and has no place in HTTP/2");
    static final BadMessage TOO_LARGE = new BadMessage(431, "the fields are over this gateway's limit of bytes");
    private static final BadMessage PSEUDO_AT_END = BadMessage.malformed("a pseudo-header is among the trailers");

    private Http2Text() {}

    static boolean pseudo(CharSequence name) {
        return name.length() > 0 && name.charAt(0) == ':';
    }

    /** Of one that is no pseudo-header. */
    static void check(CharSequence name, CharSequence value) throws BadMessage {
        if (name.isEmpty()) {
            throw BAD_NAME;
        }
        for (int i = 0; i < name.length(); i++) {
            char next = name.charAt(i);
            if (next > 0x7f || next >= 'A' && next <= 'Z' || !Octets.TOKEN[next]) {
                throw BAD_NAME;
            }
        }
        if (!value(value)) {
            throw BAD_VALUE;
        }
        switch (name.toString()) {
            case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade" -> throw OF_HTTP_1;
            default -> {}
        }
    }

    /** Blanks around it would be lost on the way. */
    static boolean value(CharSequence text) {
        return all(text, Octets.VALUE)
                && (text.isEmpty() || !Octets.blank(text.charAt(0)) && !Octets.blank(text.charAt(text.length() - 1)));
    }

    static boolean all(CharSequence text, boolean[] kind) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0xff || !kind[text.charAt(i)]) {
                return false;
            }
        }
        return true;
    }

    static void line(CharSequence name, CharSequence value, ByteBuf out) {
        put(name, out);
        out.writeByte(':').writeByte(' ');
        put(value, out);
        out.writeBytes(Passing.CRLF);
    }

    static void put(CharSequence text, ByteBuf out) {
        if (text instanceof AsciiString bytes) {
            out.writeBytes(bytes.array(), bytes.arrayOffset(), bytes.length());
        } else {
            for (int i = 0; i < text.length(); i++) {
                out.writeByte(text.charAt(i));
            }
        }
    }

    /** Trailers; as they can't be of a message of their own, none has a pseudo-header. */
    static Fields trailers(
            Iterable<? extends Map.Entry<? extends CharSequence, ? extends CharSequence>> fields,
            HeadLimits limits,
            ByteBuf out)
            throws BadMessage {
        long bytes = 0;
        for (Map.Entry<? extends CharSequence, ? extends CharSequence> field : fields) {
            if (pseudo(field.getKey())) {
                throw PSEUDO_AT_END;
            }
            check(field.getKey(), field.getValue());
            bytes += field.getKey().length() + field.getValue().length() + 4L;
            if (bytes > limits.head()) {
                throw TOO_LARGE;
            }
            line(field.getKey(), field.getValue(), out);
        }
        out.writeBytes(Passing.CRLF);
        Fields read = new Fields(Fields.FEW);
        Lines lines = new Lines();
        if (!read.read(out, lines, limits)) {
            throw new IllegalStateException("whole trailers were written, and they read as half ones");
        }
        read.hold(lines.take());
        return read;
    }
}
