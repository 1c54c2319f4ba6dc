package dev.berth.scheduler.fleet;

import java.util.Set;

/** What an agent says is wrong with its host, beside its containers. */
public record NodeCondition(Kind kind, String reason) {
    public enum Kind {
        /** For people alone. */
        OTHER(Set.of()),
        /** No space is left to start anything. */
        DISK(Set.of(Driver.Kind.values())),
        /** No space is left for what is made of images. */
        ENGINE_DISK(Set.of(Driver.Kind.ENGINE));

        private final Set<Driver.Kind> closes;

        Kind(Set<Driver.Kind> closes) {
            this.closes = closes;
        }
    }

    /** What takes no new containers while this lasts. */
    public Set<Driver.Kind> closes() {
        return kind.closes;
    }
}
