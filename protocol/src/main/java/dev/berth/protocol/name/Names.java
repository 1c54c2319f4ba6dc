package dev.berth.protocol.name;

import java.util.regex.Pattern;

/** Names of environments, apps and functions: 1-40 lower-case letters, digits and single dashes inside. */
public final class Names {
    private static final Pattern VALID = Pattern.compile("[a-z0-9](?:-?[a-z0-9])*");
    private static final int LIMIT = 40;

    public static final String RULE = "use 1 to 40 lower-case letters, digits and single dashes, with a letter or "
            + "digit at both ends";

    private Names() {}

    public static boolean valid(String name) {
        return name.length() <= LIMIT && VALID.matcher(name).matches();
    }
}
