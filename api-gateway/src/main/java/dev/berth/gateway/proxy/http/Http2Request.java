package dev.berth.gateway.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.AsciiString;
import java.util.Map;

/**
 * The fields of an HTTP/2 request as a head of HTTP/1.1, by the same grammar: what HTTP/1.1 cannot carry is refused
 * (RFC 9113, 8.2 and 8.3). Makes a buffer for the head beside what {@link HeadReader} makes.
 */
public final class Http2Request {
    private static final BadMessage BAD_PSEUDO =
            BadMessage.malformed("a pseudo-header is unknown, there twice, or after another field");
    private static final BadMessage MISSING = BadMessage.malformed(":method, :scheme and :path must be there");
    private static final BadMessage BAD_METHOD = BadMessage.malformed("the method has characters that no method has");
    private static final BadMessage BAD_PATH = BadMessage.malformed(
            ":path must be a path, without blanks, control bytes, # and bytes over 127; encode them as %20 and the like");
    private static final BadMessage NO_CONNECT = new BadMessage(501, "this gateway is no proxy for CONNECT");
    private static final BadMessage HOSTS = BadMessage.malformed("Host and :authority must not differ");

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
            head.byHttp2(ended);
            return head;
        } finally {
            line.release();
        }
    }

    private void check(CharSequence name, CharSequence value) throws BadMessage {
        bytes += name.length() + value.length() + 4L;
        if (bytes > limits.head()) {
            throw Http2Text.TOO_LARGE;
        }
        if (Http2Text.pseudo(name)) {
            pseudo(name, value);
            return;
        }
        ordinary = true;
        Http2Text.check(name, value);
        switch (name.toString()) {
            case "te" -> {
                if (!AsciiString.contentEqualsIgnoreCase(value, TRAILERS)) {
                    throw Http2Text.OF_HTTP_1;
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
        if (method.isEmpty() || !Http2Text.all(method, Octets.TOKEN)) {
            throw BAD_METHOD;
        }
        boolean local = path.length() > 0 && (path.charAt(0) == '/' || AsciiString.contentEquals(path, "*"));
        if (!local || !Http2Text.all(path, Octets.TARGET)) {
            throw BAD_PATH;
        }
        if (authority != null && !Http2Text.value(authority)) {
            throw Http2Text.BAD_VALUE;
        }
        if (authority != null && host != null && !AsciiString.contentEqualsIgnoreCase(authority, host)) {
            throw HOSTS;
        }
    }

    private void write(
            Iterable<? extends Map.Entry<? extends CharSequence, ? extends CharSequence>> fields, ByteBuf out) {
        Http2Text.put(method, out);
        out.writeByte(' ');
        Http2Text.put(path, out);
        out.writeBytes(VERSION);
        Http2Text.put(authority != null ? authority : host != null ? host : "", out);
        out.writeBytes(Passing.CRLF);
        for (Map.Entry<? extends CharSequence, ? extends CharSequence> field : fields) {
            CharSequence name = field.getKey();
            boolean elsewhere = name.charAt(0) == ':'
                    || AsciiString.contentEquals(name, "host")
                    || AsciiString.contentEquals(name, "cookie");
            if (!elsewhere) {
                Http2Text.line(name, field.getValue(), out);
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
                Http2Text.put(field.getValue(), out);
            }
        }
        out.writeBytes(Passing.CRLF);
    }
}
