package dev.berth.agent.control;

import dev.berth.agent.runtime.HostPorts;
import dev.berth.agent.runtime.PortRange;
import dev.berth.agent.runtime.engine.AgentId;
import dev.berth.agent.runtime.engine.DockerRuntime;
import dev.berth.agent.runtime.engine.NodeVolumes;
import dev.berth.agent.runtime.engine.Pull;
import dev.berth.agent.runtime.engine.TestEngine;
import dev.berth.agent.runtime.engine.TestRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/** A real engine as an agent reaches it, with a real registry to have images from, and what the agent keeps of them. */
final class EngineKit implements AutoCloseable {
    /** How long an image may be unneeded. */
    static final Duration DAY = Duration.ofDays(1);

    final Clocks time = new Clocks();
    final Path state;
    final TestRegistry registry;
    final ReachedEngine reached;
    final HostImages images;

    /** @param folder an empty one, of the test's */
    EngineKit(TestEngine engine, Path folder) throws Exception {
        state = Files.createDirectory(folder.resolve("state"));
        registry = new TestRegistry(folder);
        try {
            reached = new LocalEngine(
                            engine.settings(),
                            registry.login(folder, TestRegistry.PASSWORD),
                            new DockerRuntime.Settings(
                                    state,
                                    AgentId.of(state),
                                    "local-1",
                                    "127.0.0.1",
                                    DockerRuntime.Reach.BRIDGE,
                                    new HostPorts(
                                            InetAddress.getLoopbackAddress(), state, new PortRange(31_000, 31_009)),
                                    NodeVolumes.NONE))
                    .call();
        } catch (IOException | RuntimeException | Error fault) {
            registry.close();
            throw fault;
        }
        images = new HostImages(state, DAY, time);
    }

    /** What the agent's pull of a name made of it. */
    String pull(String name) {
        return ((Pull.Pulled) images.pull(reached, name, progress -> {})).pinned();
    }

    /** By all the names that the engine has. */
    Set<String> there() throws IOException {
        return reached.images().values().stream().flatMap(Collection::stream).collect(Collectors.toSet());
    }

    @Override
    public void close() throws Exception {
        ((AutoCloseable) reached.runtime()).close();
        registry.close();
    }
}
