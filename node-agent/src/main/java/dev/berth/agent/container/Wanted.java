package dev.berth.agent.container;

import java.util.Optional;

/**
 * What an order wants of one container.
 *
 * @param port where it listens; 0 where its spec says, or else the agent chooses
 */
public record Wanted(ContainerRef ref, What what, int port, ContainerReconciler.Goal goal) {
    /** How an order names what a container runs. */
    public sealed interface What {
        /**
         * The spec of this digest.
         *
         * @param bytes the spec itself, where the order carries it; else the registry has it
         */
        record Named(String digest, Optional<byte[]> bytes) implements What {}

        /** What it runs already: where this host has no such container, none is started. */
        record Kept() implements What {}
    }
}
