package dev.berth.registry.app;

/** What a function is: what it takes, and what the end of one of its containers means. */
public sealed interface Kind {
    /**
     * Takes HTTP traffic under a URL.
     *
     * @param port 0 for the port that the container is given
     * @param readiness HTTP path, or empty for a TCP accept
     * @param label empty for {@code <app>-<function>}
     */
    record Web(int port, String readiness, String label, Protocol protocol) implements Kind {}

    /** What a web function understands. */
    enum Protocol {
        /** HTTP/1.1, and gRPC by HTTP/2. */
        HTTP1,
        /** HTTP/2 alone, without TLS and from the first byte on. */
        H2C
    }

    /** An HTTP server that gets one POST per call; its fields are {@link Web}'s. */
    record Call(int port, String readiness) implements Kind {}

    /** A command that is run once per call. */
    record Job() implements Kind {}
}
