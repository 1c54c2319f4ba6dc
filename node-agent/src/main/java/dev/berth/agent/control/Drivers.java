package dev.berth.agent.control;

import dev.berth.agent.container.ContainerSpec;
import dev.berth.agent.container.Driver;
import dev.berth.agent.runtime.ContainerRuntime;
import dev.berth.agent.runtime.engine.Pull;
import dev.berth.agent.runtime.engine.PullMeter;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What runs the containers of this host.
 *
 * @param processes empty where this node runs none
 * @param engine empty where this node looks for none
 */
record Drivers(Optional<ContainerRuntime> processes, Optional<HostEngine> engine) {
    /** @throws IOException where this node has nothing that can run it */
    ContainerRuntime of(ContainerSpec spec) throws IOException {
        return spec.image().isPresent()
                ? engine.orElseThrow(Drivers::noEngine)
                : processes.orElseThrow(
                        () -> new IOException(
                                "this node runs no processes: its setting is berth.node.runtime=docker; give the app an image"));
    }

    /** Blocks until the image is there, or can't be. */
    Pull pull(String image, Consumer<PullMeter.Progress> progress) throws IOException {
        return engine.orElseThrow(Drivers::noEngine).pull(image, progress);
    }

    private static IOException noEngine() {
        return new IOException("this node uses no container engine: its setting is berth.node.runtime=process");
    }

    /** Those that can start something now. */
    List<Driver> now() {
        return Stream.concat(
                        processes.map(here -> Driver.PROCESS).stream(), engine.flatMap(HostEngine::driver).stream())
                .toList();
    }
}
