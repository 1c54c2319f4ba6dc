package dev.berth.gateway.routing;

import java.util.Locale;

/** Finds the label in what a request names. */
public final class Hosts {
    /** With which a path begins that names an app by itself. */
    public static final String PREFIX = "/-/";

    private final String suffix;

    /**
     * Where a request goes.
     *
     * @param uri its path and query
     */
    public record Target(String authority, String uri) {}

    /** @param domain under which apps answer, such as {@code apps.example.com} */
    public Hosts(String domain) {
        suffix = "." + domain.toLowerCase(Locale.ROOT);
    }

    /** The label of a host name without its port; null where it is not an app's. */
    public String label(String host) {
        // A name of DNS may end in a dot (RFC 3986, 3.2.2).
        int dot = host.endsWith(".") ? 1 : 0;
        int length = host.length() - dot - suffix.length();
        if (length <= 0 || !host.regionMatches(true, length, suffix, 0, suffix.length())) {
            return null;
        }
        String label = host.substring(0, length);
        return label.indexOf('.') >= 0 ? null : label.toLowerCase(Locale.ROOT);
    }

    /** The host of {@code host:port}, {@code [v6]:port}, or of either without a port. */
    public static String withoutPort(String authority) {
        int colon = authority.lastIndexOf(':');
        return colon < 0 || authority.indexOf(']', colon) >= 0 ? authority : authority.substring(0, colon);
    }

    /** What a request names that has a whole URL in place of a path (RFC 9112, 3.2.2); null where that is none. */
    public static Target target(String url) {
        int host =
                url.regionMatches(true, 0, "http://", 0, 7) ? 7 : url.regionMatches(true, 0, "https://", 0, 8) ? 8 : 0;
        int end = host;
        while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
            end++;
        }
        String authority = url.substring(host, end);
        if (host == 0 || authority.isEmpty() || authority.indexOf('@') >= 0) {
            return null;
        }
        String rest = url.substring(end);
        return new Target(authority, rest.startsWith("/") ? rest : "/" + rest);
    }

    /** The label of a path {@code /-/<label>/…}, with or without its query; null for any other path. */
    public static String labelOfPath(String uri) {
        if (!uri.startsWith(PREFIX)) {
            return null;
        }
        int end = PREFIX.length();
        while (end < uri.length() && "/?#".indexOf(uri.charAt(end)) < 0) {
            end++;
        }
        return end == PREFIX.length() ? null : uri.substring(PREFIX.length(), end);
    }

    /** What is left of such a path, and of its query, for the app. */
    public static String withoutPrefix(String uri, String label) {
        String rest = uri.substring(PREFIX.length() + label.length());
        return rest.isEmpty() ? "/" : rest.startsWith("/") ? rest : "/" + rest;
    }

    public static String prefix(String label) {
        return PREFIX + label;
    }
}
