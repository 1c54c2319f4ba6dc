package dev.berth.agent.container;

import java.util.Optional;

/**
 * What an order wants of one container.
 *
 * @param image that its image's name means, by digest or its id; empty while nobody has found that out
 * @param port where it listens; 0 where its spec says, or else the agent chooses
 */
public record Wanted(ContainerRef ref, What what, Optional<String> image, int port, ContainerReconciler.Goal goal) {
    /** How an order names what a container runs. */
    public sealed interface What {
        /** The spec of this digest, which the registry has. */
        record Named(String digest) implements What {}

        /** What it runs already: where this host has no such container, none is started. */
        record Kept() implements What {}
    }
}
