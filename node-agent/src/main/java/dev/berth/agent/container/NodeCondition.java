package dev.berth.agent.container;

/** What is wrong with this host, beside its containers, for people; the kind says what it means for new ones. */
public record NodeCondition(Kind kind, String reason) {
    public enum Kind {
        /** Nothing more can be started here. */
        DISK,
        /** What its engine runs can't be seen; nothing more of images can be started here. */
        ENGINE,
        /** Nothing more of images can be started here. */
        ENGINE_DISK
    }
}
