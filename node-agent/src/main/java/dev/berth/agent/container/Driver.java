package dev.berth.agent.container;

/**
 * What this host runs containers with.
 *
 * @param version of an engine, such as Docker 20.10.24, for people
 */
public record Driver(Kind kind, String version) {
    /** Containers are processes of the host. */
    public static final Driver PROCESS = new Driver(Kind.PROCESS, "");

    public enum Kind {
        PROCESS,
        /** Containers are made of images. */
        ENGINE
    }

    public static Driver engine(String version) {
        return new Driver(Kind.ENGINE, version);
    }
}
