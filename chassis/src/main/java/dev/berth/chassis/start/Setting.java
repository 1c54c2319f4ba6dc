package dev.berth.chassis.start;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigValue;

/**
 * A setting as whoever sets it knows it.
 *
 * @param name of the environment variable that it comes from, or of the property
 * @param value as it was written; empty where there is none
 */
record Setting(String name, Optional<String> value) {
    /** A property that only repeats a variable: {@code ${BERTH_REGISTRY_PORT:9101}}. */
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z][A-Z0-9_]*)(:.*)?}");

    static Setting of(Config config, String key) {
        ConfigValue found = config.getConfigValue(key);
        return new Setting(name(key, found), Optional.ofNullable(found.getValue()));
    }

    private static String name(String key, ConfigValue found) {
        Matcher variable =
                VARIABLE.matcher(Optional.ofNullable(found.getRawValue()).orElse(""));
        if (variable.matches()) {
            return variable.group(1);
        }
        boolean environment =
                found.getSourceName() != null && found.getSourceName().contains("Env");
        return environment ? key.replaceAll("[^a-zA-Z0-9]", "_").toUpperCase(Locale.ROOT) : key;
    }

    /** Where nobody set it, its default. */
    Setting or(String ownDefault) {
        return new Setting(name, Optional.of(value.orElse(ownDefault)));
    }

    /** @param rule what it must be, as a sentence goes on after "it" */
    String unfit(String rule) {
        return value.map(it -> name + " is \"" + it + "\": it " + rule)
                .orElseGet(() -> name + " is not set: it " + rule);
    }
}
