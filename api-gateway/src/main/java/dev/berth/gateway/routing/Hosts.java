package dev.berth.gateway.routing;

import java.util.Locale;

/** Finds the label in what a request names. */
public final class Hosts {
    private static final String PREFIX = "/-/";

    private final String suffix;

    /** @param domain under which apps answer, such as {@code apps.example.com} */
    public Hosts(String domain) {
        suffix = "." + domain.toLowerCase(Locale.ROOT);
    }

    /** The label of a host name without its port; null where it is not an app's. */
    public String label(String host) {
        int length = host.length() - suffix.length();
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

    /** The label of a path {@code /-/<label>/…}; null for any other path. */
    public static String labelOfPath(String path) {
        if (!path.startsWith(PREFIX)) {
            return null;
        }
        int end = path.indexOf('/', PREFIX.length());
        String label = end < 0 ? path.substring(PREFIX.length()) : path.substring(PREFIX.length(), end);
        return label.isEmpty() ? null : label;
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
