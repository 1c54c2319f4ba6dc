package dev.berth.agent.control;

import dev.berth.agent.client.SourceClient;
import dev.berth.agent.client.SpecClient;
import dev.berth.agent.container.ContainerSpec;
import dev.berth.agent.runtime.Sources;
import dev.berth.agent.store.Specs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Gets what a container needs before it can start. Blocks: for threads of containers, not for the loop. */
record Preparation(SpecClient specClient, Specs specs, SourceClient sourceClient, Sources sources) {
    /** How long the registry may be away while a container waits for its spec. */
    private static final Duration SPEC_PATIENCE = Duration.ofMinutes(2);

    ContainerSpec spec(String digest) throws IOException {
        return specClient.fetch(digest, specs, SPEC_PATIENCE);
    }

    /** Where its source is; empty where it has none. */
    Optional<Path> source(ContainerSpec spec) throws IOException {
        return spec.sourceDigest().isEmpty()
                ? Optional.empty()
                : Optional.of(sourceClient.fetch(spec.sourceDigest(), sources, spec.startupTimeout()));
    }
}
