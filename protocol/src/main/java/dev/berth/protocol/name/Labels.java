package dev.berth.protocol.name;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The labels (first parts of the host name) under which web functions answer. A label never exceeds 63 characters, the
 * limit of DNS: a longer one is its first 56, a dash, and 6 hex digits of the SHA-256 of the whole.
 */
public final class Labels {
    /** The environment whose apps carry no prefix. */
    public static final String DEFAULT_ENVIRONMENT = "main";

    private static final int LIMIT = 63;
    private static final int KEPT = 56;

    private Labels() {}

    /**
     * Every label of a web function, its own first, then the app's alias where it is due.
     *
     * @param chosen the manifest's {@code web.label}; empty for {@code <app>-<function>}
     * @param webFunctions names of all web functions of the app
     */
    public static List<String> of(
            String environment, String app, String function, String chosen, List<String> webFunctions) {
        Set<String> labels = new LinkedHashSet<>();
        labels.add(shorten(prefix(environment) + (chosen.isEmpty() ? app + "-" + function : chosen)));
        boolean alias = webFunctions.contains("web") ? function.equals("web") : webFunctions.size() == 1;
        if (alias) {
            labels.add(shorten(prefix(environment) + app));
        }
        return List.copyOf(labels);
    }

    /** The label that reaches one version, live or not. */
    public static String staged(int version, String label) {
        return shorten("v" + version + "--" + label);
    }

    private static String prefix(String environment) {
        return environment.equals(DEFAULT_ENVIRONMENT) ? "" : environment + "--";
    }

    static String shorten(String label) {
        if (label.length() <= LIMIT) {
            return label;
        }
        return label.substring(0, KEPT) + "-" + digest(label);
    }

    private static String digest(String label) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(label.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 3);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
