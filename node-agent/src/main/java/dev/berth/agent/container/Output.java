package dev.berth.agent.container;

import java.time.Instant;
import java.util.List;

/** A piece of what a container wrote. */
public record Output(ContainerRef ref, Instant time, List<String> lines) {
    public Output {
        lines = List.copyOf(lines);
    }
}
