package dev.berth.gateway.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.AsciiString;
import io.netty.util.ByteProcessor;
import java.util.Map;

/**
 * The fields of an HTTP/2 request as a head of HTTP/1.1, by the same grammar: what HTTP/1.1 cannot carry is refused
 * (RFC 9113, 8.2 and 8.3). Makes a buffer for the head beside what {@link HeadReader} makes.
 */
public final class Http2Request {
    private static final BadMessage BAD_NAME = BadMessage.malformed("a field has a name that no field of HTTP/2 has");
    private static final BadMessage BAD_VALUE =
            BadMessage.malformed("a field has control bytes in its value, or blanks around it");
    private static final BadMessage BAD_PSEUDO =
            BadMessage.malformed("a pseudo-header is unknown, there twice, or after another field");
    private static final BadMessage MISSING = BadMessage.malformed(":method, :scheme and :path must be there");
    private static final BadMessage BAD_METHOD = BadMessage.malformed("the method has characters that no method has");
    private static final BadMessage BAD_PATH = BadMessage.malformed(
            ":path must be a path, without blanks, control bytes, # and bytes over 127; encode them as %20 and the like");
    private static final BadMessage NO_CONNECT = new BadMessage(501, "this gateway is no proxy for CONNECT");
    private static final BadMessage OF_HTTP_1 =
            BadMessage.malformed("a field is about a connection of HTTP/1, and has no place in HTTP/2");
    private static final BadMessage HOSTS = BadMessage.malformed("Host and :authority must not differ");
    private static final BadMessage TOO_LARGE =
            new BadMessage(431, "the fields are over this gateway's limit of bytes");

    private static final AsciiString TRAILERS = new AsciiString("trailers");
    private static final byte[] VERSION = Passing.ascii(" HTTP/1.1\r\nhost: ");
    private static final byte[] COOKIE = Passing.ascii("cookie: ");

    private final HeadLimits limits;
    private CharSequence method;
    private CharSequence scheme;
    private CharSequence path;
    private CharSequence authority;
    private CharSequence host;
    private boolean cookies;
    private boolean ordinary;
    private long bytes;

    private Http2Request(HeadLimits limits) {
        this.limits = limits;
    }

    /**
     * @param fields names and values, a character for each byte, as Netty's {@code Http2Headers} has them
     * @param ended true where the stream has no body
     * @return the caller's to release
     * @throws BadMessage of which the stream alone has to end
     */
    public static RequestHead of(
            Iterable<? extends Map.Entry<? extends CharSequence, ? extends CharSequence>> fields,
            boolean ended,
            HeadLimits limits,
            ByteBufAllocator allocator)
            throws BadMessage {
        Http2Request request = new Http2Request(limits);
        for (Map.Entry<? extends CharSequence, ? extends CharSequence> field : fields) {
            request.check(field.getKey(), field.getValue());
        }
        request.checkWhole();
        ByteBuf line = allocator.buffer((int) request.bytes + 64);
        try {
            request.write(fields, line);
            RequestHead head = HeadReader.ofRequests(limits).read(line);
            if (head == null) {
                throw new IllegalStateException("a whole head was written, and it reads as half a one");
            }
            try {
                head.byHttp2(ended);
            } catch (BadMessage bad) {
                head.release();
                throw bad;
            }
            return head;
        } finally {
            line.release();
        }
    }

    private void check(CharSequence name, CharSequence value) throws BadMessage {
        bytes += name.length() + value.length() + 4L;
        if (bytes > limits.head()) {
            throw TOO_LARGE;
        }
        if (name.length() > 0 && name.charAt(0) == ':') {
            pseudo(name, value);
            return;
        }
        ordinary = true;
        for (int i = 0; i < name.length(); i++) {
            char next = name.charAt(i);
            if (next > 0x7f || next >= 'A' && next <= 'Z' || !is(next, Octets.TOKEN)) {
                throw BAD_NAME;
            }
        }
        if (name.isEmpty()) {
            throw BAD_NAME;
        }
        if (!value(value)) {
            throw BAD_VALUE;
        }
        switch (name.toString()) {
            case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade" -> throw OF_HTTP_1;
            case "te" -> {
                if (!AsciiString.contentEqualsIgnoreCase(value, TRAILERS)) {
                    throw OF_HTTP_1;
                }
            }
            case "host" -> {
                if (host != null) {
                    throw HOSTS;
                }
                host = value;
            }
            case "cookie" -> cookies = true;
            default -> {}
        }
    }

    private void pseudo(CharSequence name, CharSequence value) throws BadMessage {
        if (ordinary) {
            throw BAD_PSEUDO;
        }
        CharSequence before;
        switch (name.toString()) {
            case ":method" -> {
                before = method;
                method = value;
            }
            case ":scheme" -> {
                before = scheme;
                scheme = value;
            }
            case ":path" -> {
                before = path;
                path = value;
            }
            case ":authority" -> {
                before = authority;
                authority = value;
            }
            default -> throw BAD_PSEUDO;
        }
        if (before != null) {
            throw BAD_PSEUDO;
        }
    }

    private void checkWhole() throws BadMessage {
        if (method != null && AsciiString.contentEquals(method, "CONNECT")) {
            throw NO_CONNECT;
        }
        if (method == null || scheme == null || path == null) {
            throw MISSING;
        }
        if (method.isEmpty() || !all(method, Octets.TOKEN)) {
            throw BAD_METHOD;
        }
        boolean local = path.length() > 0 && (path.charAt(0) == '/' || AsciiString.contentEquals(path, "*"));
        if (!local || !all(path, Octets.TARGET)) {
            throw BAD_PATH;
        }
        if (authority != null && !value(authority)) {
            throw BAD_VALUE;
        }
        if (authority != null && host != null && !AsciiString.contentEqualsIgnoreCase(authority, host)) {
            throw HOSTS;
        }
    }

    private void write(
            Iterable<? extends Map.Entry<? extends CharSequence, ? extends CharSequence>> fields, ByteBuf out) {
        put(method, out);
        out.writeByte(' ');
        put(path, out);
        out.writeBytes(VERSION);
        put(authority != null ? authority : host != null ? host : "", out);
        out.writeBytes(Passing.CRLF);
        for (Map.Entry<? extends CharSequence, ? extends CharSequence> field : fields) {
            CharSequence name = field.getKey();
            boolean elsewhere = name.charAt(0) == ':'
                    || AsciiString.contentEquals(name, "host")
                    || AsciiString.contentEquals(name, "cookie");
            if (!elsewhere) {
                put(name, out);
                out.writeByte(':').writeByte(' ');
                put(field.getValue(), out);
                out.writeBytes(Passing.CRLF);
            }
        }
        if (cookies) {
            cookie(fields, out);
        }
        out.writeBytes(Passing.CRLF);
    }

    /** HTTP/2 may have a field for each; HTTP/1.1 has one for all (RFC 9113, 8.2.3). */
    private static void cookie(
            Iterable<? extends Map.Entry<? extends CharSequence, ? extends CharSequence>> fields, ByteBuf out) {
        out.writeBytes(COOKIE);
        boolean first = true;
        for (Map.Entry<? extends CharSequence, ? extends CharSequence> field : fields) {
            if (AsciiString.contentEquals(field.getKey(), "cookie")) {
                if (!first) {
                    out.writeByte(';').writeByte(' ');
                }
                first = false;
                put(field.getValue(), out);
            }
        }
        out.writeBytes(Passing.CRLF);
    }

    private static void put(CharSequence text, ByteBuf out) {
        if (text instanceof AsciiString bytes) {
            out.writeBytes(bytes.array(), bytes.arrayOffset(), bytes.length());
        } else {
            for (int i = 0; i < text.length(); i++) {
                out.writeByte(text.charAt(i));
            }
        }
    }

    private static boolean all(CharSequence text, ByteProcessor kind) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0xff || !is(text.charAt(i), kind)) {
                return false;
            }
        }
        return true;
    }

    /** Blanks around it would be lost on the way. */
    private static boolean value(CharSequence text) {
        return all(text, Octets.VALUE)
                && (text.isEmpty() || !Octets.blank(text.charAt(0)) && !Octets.blank(text.charAt(text.length() - 1)));
    }

    private static boolean is(char next, ByteProcessor kind) {
        try {
            return kind.process((byte) next);
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
