package dev.berth.scheduler.fleet;

/** What an agent says is wrong with its host, beside its containers. */
public record NodeCondition(Kind kind, String reason) {
    public enum Kind {
        /** For people alone. */
        OTHER(false),
        /** No space is left to start anything. */
        DISK(true);

        private final boolean closes;

        Kind(boolean closes) {
            this.closes = closes;
        }
    }

    /** Whether the node takes no new containers while this lasts. */
    public boolean closes() {
        return kind.closes;
    }
}
