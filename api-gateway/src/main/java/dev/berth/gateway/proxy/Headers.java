package dev.berth.gateway.proxy;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Which headers go on, and which the gateway sets. */
final class Headers {
    static final CharSequence HOST = AsciiString.cached("host");
    static final CharSequence CONNECTION = AsciiString.cached("connection");
    static final CharSequence CONTENT_LENGTH = AsciiString.cached("content-length");
    static final CharSequence CONTENT_TYPE = AsciiString.cached("content-type");
    static final CharSequence EXPECT = AsciiString.cached("expect");
    static final CharSequence TRANSFER_ENCODING = AsciiString.cached("transfer-encoding");
    static final CharSequence UPGRADE = AsciiString.cached("upgrade");
    private static final CharSequence FORWARDED_FOR = AsciiString.cached("x-forwarded-for");
    private static final CharSequence FORWARDED_PROTO = AsciiString.cached("x-forwarded-proto");
    private static final CharSequence FORWARDED_HOST = AsciiString.cached("x-forwarded-host");
    private static final CharSequence FORWARDED_PREFIX = AsciiString.cached("x-forwarded-prefix");
    private static final CharSequence FORWARDED = AsciiString.cached("forwarded");
    private static final Set<String> END_TO_END = Set.of(
            "age",
            "authorization",
            "cache-control",
            "cookie",
            "date",
            "etag",
            "expect",
            "expires",
            "host",
            "last-modified",
            "location",
            "origin",
            "pragma",
            "range",
            "retry-after",
            "set-cookie",
            "trailer",
            "transfer-encoding",
            "user-agent",
            "vary",
            "www-authenticate");

    private Headers() {}

    /** True where it is sure before the first byte that the request has no body. */
    static boolean bodiless(HttpServerRequest request) {
        String length = request.headers().get(CONTENT_LENGTH);
        return request.version() != HttpVersion.HTTP_2
                && ("0".equals(length) || length == null && request.headers().get(TRANSFER_ENCODING) == null);
    }

    /** True where a body of this length, as it was said, is over the limit; null for one that was not said. */
    static boolean over(String length, long limit) {
        // A number of more than 18 digits is no length that anyone has.
        return length != null && (length.length() > 18 || Long.parseLong(length) > limit);
    }

    /** Copies what is meant for the other end, not for this connection. */
    static void copy(MultiMap from, MultiMap to) {
        copy(from, false, to);
    }

    private static void copy(MultiMap from, boolean byClient, MultiMap to) {
        List<String> named = namedByConnection(from);
        if (from instanceof HttpHeaders headers) {
            // Names as they were decoded: their hash is known, and nothing is made of them.
            Iterator<Map.Entry<CharSequence, CharSequence>> all = headers.iteratorCharSequence();
            while (all.hasNext()) {
                Map.Entry<CharSequence, CharSequence> header = all.next();
                if (passes(header.getKey(), header.getValue(), named, byClient)) {
                    to.add(header.getKey(), header.getValue());
                }
            }
        } else {
            for (Map.Entry<String, String> header : from) {
                if (passes(header.getKey(), header.getValue(), named, byClient)) {
                    to.add(header.getKey(), header.getValue());
                }
            }
        }
    }

    /** Copies a client's headers for a container, without what the client had no business to say. */
    static void copyRequest(
            MultiMap from, ClientConnection client, ClientConnection.Named named, String prefix, MultiMap to) {
        copy(from, true, to);
        to.add(FORWARDED_FOR, client.address);
        to.add(FORWARDED_PROTO, client.scheme);
        to.add(FORWARDED_HOST, named.authority());
        to.add(FORWARDED, named.forwarded());
        if (prefix != null) {
            to.add(FORWARDED_PREFIX, prefix);
        }
    }

    /** Names the host as the client did. HTTP/2 has a pseudo-header for it, and servers refuse one that says else. */
    static void host(HttpServerRequest request, String authority, HttpClientRequest to) {
        if (to.version() == HttpVersion.HTTP_2) {
            to.headers().remove(HOST);
            to.authority(request.authority());
        } else {
            to.headers().set(HOST, authority);
        }
    }

    /** True where a header that is a list names a token, whatever its case. */
    static boolean lists(MultiMap headers, CharSequence header, CharSequence token) {
        String first = headers.get(header);
        if (first == null) {
            return false;
        }
        for (String value : headers.getAll(header)) {
            if (contains(value, token)) {
                return true;
            }
        }
        return false;
    }

    /** Null where the header Connection names none. */
    private static List<String> namedByConnection(MultiMap headers) {
        String connection = headers.get(CONNECTION);
        return connection == null
                        || common(connection) && headers.getAll(CONNECTION).size() == 1
                ? null
                : headers.getAll(CONNECTION);
    }

    private static boolean common(String connection) {
        return connection.equalsIgnoreCase("keep-alive") || connection.equalsIgnoreCase("close");
    }

    private static boolean passes(CharSequence name, CharSequence value, List<String> named, boolean byClient) {
        return !hopByHop(name, value)
                && (!byClient || !ours(name))
                && (named == null || !named(named, name) || endToEnd(name));
    }

    private static boolean hopByHop(CharSequence name, CharSequence value) {
        return switch (name.length()) {
            case 2 -> is(name, "te") && !is(value, "trailers");
            case 7 -> is(name, "upgrade");
            case 10 -> is(name, "connection") || is(name, "keep-alive");
            case 16 -> is(name, "proxy-connection");
            case 17 -> is(name, "transfer-encoding");
            case 18 -> is(name, "proxy-authenticate");
            case 19 -> is(name, "proxy-authorization");
            default -> name.length() > 0 && name.charAt(0) == ':';
        };
    }

    /** What only the gateway says of a client. */
    private static boolean ours(CharSequence name) {
        return switch (name.length()) {
            case 4 -> is(name, "host");
            case 9 -> is(name, "forwarded") || is(name, "x-real-ip");
            case 15 -> is(name, "x-forwarded-for");
            case 16 -> is(name, "x-forwarded-host") || is(name, "x-forwarded-port");
            case 17 -> is(name, "x-forwarded-proto");
            case 18 -> is(name, "x-forwarded-prefix") || is(name, "x-forwarded-server");
            default -> false;
        };
    }

    /**
     * What no Connection can take away, whatever it names: where a message ends, where it goes, what it is and who sends
     * it (RFC 9110, 7.6.1).
     */
    private static boolean endToEnd(CharSequence name) {
        String lower = name.toString().toLowerCase(Locale.ROOT);
        return lower.startsWith("content-")
                || lower.startsWith("accept")
                || lower.startsWith("if-")
                || lower.startsWith("sec-websocket-")
                || END_TO_END.contains(lower);
    }

    private static boolean is(CharSequence text, CharSequence other) {
        return AsciiString.contentEqualsIgnoreCase(text, other);
    }

    private static boolean named(List<String> connection, CharSequence name) {
        for (String value : connection) {
            if (!common(value) && contains(value, name)) {
                return true;
            }
        }
        return false;
    }

    private static boolean contains(String list, CharSequence name) {
        for (String token : list.split(",", -1)) {
            if (is(token.strip(), name)) {
                return true;
            }
        }
        return false;
    }
}
