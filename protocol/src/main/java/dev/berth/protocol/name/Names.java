package dev.berth.protocol.name;

import java.util.regex.Pattern;

/** Names of environments, apps and functions: 1-40 lower-case letters, digits and single dashes inside. */
public final class Names {
    private static final Pattern VALID = Pattern.compile("[a-z0-9](?:-?[a-z0-9])*");
    private static final int LIMIT = 40;

    public static final String RULE =
            "use 1 to 40 lower-case letters, digits and single dashes, with a letter or " + "digit at both ends";

    /** Labels begin with their environment, and those of one version with v and its number; xn-- is Punycode's. */
    private static final Pattern NO_ENVIRONMENT = Pattern.compile("v[0-9]+|xn");

    public static final String ENVIRONMENT_RULE = RULE + "; v and a number, such as v1, would be taken for a version "
            + "in labels (v1--app), and xn for an international name";

    private Names() {}

    public static boolean valid(String name) {
        return name.length() <= LIMIT && VALID.matcher(name).matches();
    }

    /** Whether an environment may have the name: it must be told apart from what else begins a label. */
    public static boolean validEnvironment(String name) {
        return valid(name) && !NO_ENVIRONMENT.matcher(name).matches();
    }
}
