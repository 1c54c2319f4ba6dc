package dev.berth.scheduler.fleet;

/**
 * What a node runs containers with.
 *
 * @param version of an engine, such as Docker 20.10.24, for people; may be empty
 */
public record Driver(Kind kind, String version) {
    public enum Kind {
        /** Containers are processes of the node. */
        PROCESS,
        /** Containers are made of images. */
        ENGINE
    }
}
