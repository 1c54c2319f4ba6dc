package dev.berth.gateway.proxy;

import io.netty.handler.codec.http.HttpHeaders;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Iterator;
import java.util.Map;

/**
 * What a request may consist of, so that HTTP/1.1 can carry it as it came (RFC 9110, 5; RFC 9112, 3; RFC 9113, 8.2.1 and
 * 8.3.1). What says otherwise is refused: passed on, it could read as another request.
 */
final class Grammar {
    private static final String NOT_IN_NAMES = "\"(),/:;<=>?@[\\]{}";
    private static final String NOT_IN_HOSTS = "/?#@\\\"<>^`{|}";

    private Grammar() {}

    /** What is wrong with a request, in words; null where nothing is. */
    static String fault(HttpServerRequest request) {
        String method = request.method().name();
        if (!token(method)) {
            return "the method has characters that no method has";
        }
        String uri = request.uri();
        if (uri == null || !target(uri)) {
            return "what is asked for has blanks, control bytes or bytes over 127 in it; encode them as %20 and the like";
        }
        if (uri.equals("*") && request.method() != HttpMethod.OPTIONS) {
            return "only OPTIONS can ask for *";
        }
        return fields(request.headers(), request.version() == HttpVersion.HTTP_2);
    }

    /** @param byHttp2 HTTP/1's decoder has looked at all but empty names */
    private static String fields(MultiMap headers, boolean byHttp2) {
        Iterator<Map.Entry<CharSequence, CharSequence>> all =
                headers instanceof HttpHeaders http1 ? http1.iteratorCharSequence() : null;
        if (all != null && !byHttp2) {
            while (all.hasNext()) {
                if (all.next().getKey().isEmpty()) {
                    return "a field has no name";
                }
            }
            return null;
        }
        for (Map.Entry<String, String> field : headers) {
            String name = field.getKey();
            if (!token(name.startsWith(":") ? name.substring(1) : name)) {
                return "a field has a name that no field has";
            }
            if (!value(field.getValue())) {
                return "the field " + name + " has control bytes in it, or blanks around it";
            }
        }
        return null;
    }

    /** True for what can be said in the header Host: no user, no path, no blanks. */
    static boolean host(String authority) {
        for (int i = 0; i < authority.length(); i++) {
            char next = authority.charAt(i);
            if (next <= ' ' || next >= 0x7f || NOT_IN_HOSTS.indexOf(next) >= 0) {
                return false;
            }
        }
        return true;
    }

    static boolean target(String uri) {
        for (int i = 0; i < uri.length(); i++) {
            char next = uri.charAt(i);
            if (next <= ' ' || next >= 0x7f) {
                return false;
            }
        }
        return !uri.isEmpty();
    }

    static boolean token(String name) {
        for (int i = 0; i < name.length(); i++) {
            char next = name.charAt(i);
            if (next <= ' ' || next >= 0x7f || NOT_IN_NAMES.indexOf(next) >= 0) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    static boolean value(String text) {
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            if (next < ' ' && next != '\t' || next == 0x7f) {
                return false;
            }
        }
        return text.isEmpty() || !blank(text.charAt(0)) && !blank(text.charAt(text.length() - 1));
    }

    private static boolean blank(char next) {
        return next == ' ' || next == '\t';
    }
}
