package dev.berth.chassis.start;

import java.time.Duration;

/** A setting has a value that the service can't work with. At a start the service says so, as it was set, and ends. */
public final class UnfitSettingException extends IllegalArgumentException {
    /** Whatever is reckoned with one must not overflow. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final String key;
    private final String rule;

    /**
     * @param key of the setting, such as {@code berth.gateway.name}
     * @param rule what it must be, as a sentence goes on after "it"
     */
    public UnfitSettingException(String key, String rule) {
        super(key + ": it " + rule);
        this.key = key;
        this.rule = rule;
    }

    /** @param cause what could not read it */
    public UnfitSettingException(String key, String rule, Throwable cause) {
        this(key, rule);
        initCause(cause);
    }

    /** Refuses a setting for which this does not hold. */
    public static void unless(boolean holds, String key, String rule) {
        if (!holds) {
            throw new UnfitSettingException(key, rule);
        }
    }

    /** Refuses a shorter one, and one that is longer than a life. */
    public static void unlessAtLeast(Duration least, Duration value, String key) {
        unless(
                value.compareTo(least) >= 0 && value.compareTo(LONGEST) <= 0,
                key,
                "must be a duration from "
                        + (least.toMillisPart() > 0 ? least.toMillis() + "ms" : least.toSeconds() + "s") + " to "
                        + LONGEST.toDays() + "d");
    }

    String key() {
        return key;
    }

    String rule() {
        return rule;
    }
}
