package dev.berth.gateway.proxy.http;

import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;

/** The head of a request (RFC 9112, 3): the bytes that were read, and where in them its parts are. */
public final class RequestHead extends Head {
    private static final AsciiString HTTP = new AsciiString("http://");
    private static final AsciiString HTTPS = new AsciiString("https://");
    private static final AsciiString CONTENT_TYPE = new AsciiString("content-type");
    private static final AsciiString OPTIONS = new AsciiString("OPTIONS");
    private static final AsciiString CONNECT = new AsciiString("CONNECT");
    private static final AsciiString HEAD = new AsciiString("HEAD");
    private static final AsciiString[] IDEMPOTENT = {
        new AsciiString("GET"), HEAD, new AsciiString("PUT"), new AsciiString("DELETE"), OPTIONS
    };
    private static final AsciiString CONTINUE = new AsciiString("100-continue");
    private static final AsciiString UPGRADE = new AsciiString("upgrade");
    private static final AsciiString H2C = new AsciiString("h2c");

    private static final BadMessage TOO_LONG =
            new BadMessage(414, "the request's first line is over this gateway's limit of bytes");
    private static final BadMessage NO_METHOD =
            BadMessage.malformed("the method has characters that no method has, or there is none");
    private static final BadMessage NO_VERSION = BadMessage.malformed(
            "after what is asked for the line must have HTTP/1.1 and no more; a blank is %20 there");
    private static final BadMessage NO_TARGET = BadMessage.malformed(
            "what is asked for is empty, or has blanks, control bytes, # or bytes over 127 in it; encode them as %20 and the like");
    private static final BadMessage BAD_TARGET =
            BadMessage.malformed("what is asked for must be a path, or an http URL without a user");
    private static final BadMessage NOT_ALL = BadMessage.malformed("only OPTIONS can ask for *");
    private static final BadMessage BAD_CONNECT = BadMessage.malformed("CONNECT asks for a host with its port");
    private static final BadMessage NO_HOST = BadMessage.malformed("the header Host must be there once");
    private static final BadMessage BAD_HOST =
            BadMessage.malformed("the host that is asked for is none: a name, and a port where it has one");

    private int method;
    private int methodTo;
    private int targetTo;
    private int path;
    // Of what the target names, and where it names none of Host.
    private int authority;
    private int authorityTo;
    private boolean inTarget;

    RequestHead(int room) {
        super(room);
    }

    @Override
    boolean first(byte[] in, int from, int to) throws BadMessage {
        if (from == to) {
            // By RFC 9112, 2.2: clients end a body with a line that is none of it.
            return false;
        }
        int end = Octets.end(in, from, to, Octets.TOKEN);
        if (end == from || end == to || in[end] != ' ') {
            throw NO_METHOD;
        }
        int target = end + 1;
        int rest = Octets.end(in, target, to, Octets.TARGET);
        if (rest == target || rest < to && in[rest] != ' ') {
            throw NO_TARGET;
        }
        version = Version.of(in, Math.min(rest + 1, to), to, NO_VERSION);
        method = from;
        methodTo = end;
        targetTo = rest;
        target(in, target, rest);
        return true;
    }

    private void target(byte[] in, int from, int to) throws BadMessage {
        path = from;
        byte first = in[from];
        if (isAt(in, CONNECT)) {
            if (!Authority.complete(in, from, to)) {
                throw BAD_CONNECT;
            }
            named(from, to);
        } else if (first == '*' && to == from + 1) {
            if (!isAt(in, OPTIONS)) {
                throw NOT_ALL;
            }
        } else if (first != '/') {
            int host = Octets.startsWith(in, from, to, HTTP)
                    ? from + HTTP.length()
                    : Octets.startsWith(in, from, to, HTTPS) ? from + HTTPS.length() : 0;
            int end = host;
            while (end < to && in[end] != '/' && in[end] != '?') {
                end++;
            }
            if (host == 0 || end == host || !Authority.valid(in, host, end)) {
                throw BAD_TARGET;
            }
            named(host, end);
            path = end;
        }
    }

    private void named(int from, int to) {
        inTarget = true;
        authority = from;
        authorityTo = to;
    }

    @Override
    BadMessage tooLong() {
        return TOO_LONG;
    }

    @Override
    void finish() throws BadMessage {
        int host = fields.find(FieldKind.HOST, 0);
        if (host < 0 && version != Version.HTTP_1_0 || host >= 0 && fields.find(FieldKind.HOST, host + 1) >= 0) {
            throw NO_HOST;
        }
        if (host >= 0) {
            if (!Authority.valid(fields.bytes(), fields.valueAt(host), fields.valueTo(host))) {
                throw BAD_HOST;
            }
            if (!inTarget) {
                authority = fields.valueAt(host);
                authorityTo = fields.valueTo(host);
            }
        }
        super.finish();
    }

    /** A request came by HTTP/2, whose frames tell its end. */
    void byHttp2(boolean ended) throws BadMessage {
        version = Version.HTTP_2;
        if (ended && !said.bodiless()) {
            throw BadMessage.malformed("content-length promises a body, and the stream has ended");
        }
        if (!ended && said.kind() == Framing.Kind.NONE) {
            said = Framing.CHUNKED;
        }
    }

    private boolean isAt(byte[] in, AsciiString other) {
        if (methodTo - method != other.length()) {
            return false;
        }
        for (int i = 0; i < other.length(); i++) {
            if (in[method + i] != other.byteAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Methods have a case (RFC 9110, 9.1). */
    public boolean is(AsciiString other) {
        return isAt(fields.bytes(), other);
    }

    /** Allocates. */
    public String method() {
        return text(method, methodTo);
    }

    /** What is asked for of the host, with its query: a path, or {@code *}. Allocates. */
    public String path() {
        return asksAll() ? "*" : (slashMissing(path) ? "/" : "") + text(path, targetTo);
    }

    public boolean pathStartsWith(AsciiString lower) {
        return Octets.startsWith(fields.bytes(), path, targetTo, lower);
    }

    public boolean byHttp2() {
        return version == Version.HTTP_2;
    }

    /** Null where it is not said. Allocates. */
    public String contentType() {
        int at = fields.find(CONTENT_TYPE, 0);
        return at < 0 ? null : fields.value(at);
    }

    /** The host as the request names it, with its port where it has one; empty where it names none. Allocates. */
    public String authority() {
        return text(authority, authorityTo);
    }

    private String text(int from, int to) {
        return new String(fields.bytes(), from, to - from, StandardCharsets.ISO_8859_1);
    }

    /** True where it has the same authority as bytes of another time. */
    public boolean names(byte[] other) {
        if (authorityTo - authority != other.length) {
            return false;
        }
        for (int i = 0; i < other.length; i++) {
            if (fields.bytes()[authority + i] != other[i]) {
                return false;
            }
        }
        return true;
    }

    /** The path that a container is asked for; as {@link #path}, without a prefix of bytes that is the gateway's. */
    public String path(int prefix) {
        if (prefix == 0) {
            return path();
        }
        return (slashMissing(path + prefix) ? "/" : "") + text(path + prefix, targetTo);
    }

    public Framing framing() {
        return said;
    }

    public boolean expectsContinue() {
        return version != Version.HTTP_1_0 && fields.lists(FieldKind.EXPECT, CONTINUE);
    }

    /**
     * True where it asks to go on with another protocol. One with a body is served as it is, which a server is free to do
     * (RFC 9110, 7.8), and so is one for HTTP/2: what a container would be told by it, no gateway could read.
     */
    public boolean upgrades() {
        return version == Version.HTTP_1_1
                && said.bodiless()
                && fields.find(FieldKind.UPGRADE, 0) >= 0
                && fields.lists(FieldKind.CONNECTION, UPGRADE)
                && !fields.lists(FieldKind.UPGRADE, H2C);
    }

    /** True where it does no harm to ask twice (RFC 9110, 9.2.2), of what is asked commonly. */
    public boolean idempotent() {
        for (AsciiString method : IDEMPOTENT) {
            if (is(method)) {
                return true;
            }
        }
        return false;
    }

    public AnswerHead.Asked asked() {
        return is(HEAD) ? AnswerHead.Asked.HEAD : is(CONNECT) ? AnswerHead.Asked.CONNECT : AnswerHead.Asked.BODY;
    }

    int methodAt() {
        return method;
    }

    int methodTo() {
        return methodTo;
    }

    /** Where the path begins; {@link #targetTo} where a URL has none. */
    int pathAt() {
        return path;
    }

    int targetTo() {
        return targetTo;
    }

    /** True where the rest of the target from there on is no path yet: empty, or a query alone. */
    boolean slashMissing(int from) {
        return from == targetTo || fields.bytes()[from] == '?';
    }

    /** A URL without path and query asks of OPTIONS for all of the server (RFC 9112, 3.2.4). */
    boolean asksAll() {
        return path == targetTo && is(OPTIONS);
    }
}
