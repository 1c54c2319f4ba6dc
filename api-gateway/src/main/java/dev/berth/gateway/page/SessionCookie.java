package dev.berth.gateway.page;

import dev.berth.protocol.name.SessionName;
import jakarta.ws.rs.core.HttpHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How a session goes to and fro (RFC 6265). Under TLS its name says that only this very host can have set it. */
final class SessionCookie {
    private static final Duration LIFE = Duration.ofDays(30);

    private SessionCookie() {}

    static boolean secure(HttpHeaders headers) {
        return "https".equals(headers.getHeaderString("x-forwarded-proto"));
    }

    private static String name(boolean secure) {
        return secure ? SessionName.UNDER_TLS : SessionName.PLAIN;
    }

    /**
     * The session that a request names. Where it names several, somebody else had a cookie set for a wider domain: that
     * is none.
     */
    static Optional<Session> of(HttpHeaders headers) {
        String name = name(secure(headers)) + "=";
        List<String> found = new ArrayList<>();
        for (String field : Optional.ofNullable(headers.getRequestHeader(HttpHeaders.COOKIE))
                .orElse(List.of())) {
            for (String pair : field.split(";")) {
                if (pair.strip().startsWith(name)) {
                    found.add(pair.strip().substring(name.length()));
                }
            }
        }
        return found.size() == 1 ? Session.of(found.getFirst()) : Optional.empty();
    }

    static String set(Session session, boolean secure) {
        return field(session.value(), LIFE, secure);
    }

    static String cleared(boolean secure) {
        return field("", Duration.ZERO, secure);
    }

    private static String field(String value, Duration life, boolean secure) {
        return name(secure) + "=" + value + "; Path=/; Max-Age=" + life.toSeconds() + "; HttpOnly; SameSite=Lax"
                + (secure ? "; Secure" : "");
    }
}
