package dev.berth.agent.control;

import dev.berth.agent.runtime.Cgroups;
import dev.berth.agent.runtime.ContainerRuntime;
import dev.berth.agent.runtime.HostPorts;
import dev.berth.agent.runtime.PortRange;
import dev.berth.agent.runtime.ProcessRuntime;
import dev.berth.agent.runtime.engine.AgentId;
import dev.berth.agent.runtime.engine.DockerRuntime;
import dev.berth.agent.runtime.engine.Engine;
import dev.berth.agent.runtime.engine.EngineSettings;
import dev.berth.agent.runtime.engine.NodeVolumes;
import dev.berth.agent.store.Containers;
import dev.berth.agent.store.Specs;
import dev.berth.agent.store.StateLock;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A program of its own: ends the containers that agents have left running, for who ends a whole Berth. Each is asked
 * first, and made to end after its {@code stop_grace}, or after 10 s. What is left of them is for the next agent, which
 * says how they ended.
 */
public final class EndContainers {
    private static final Duration LONGEST_GRACE = Duration.ofSeconds(10);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    /** After which one that was killed is said to be there still. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private EndContainers() {}

    /**
     * {@code EndContainers NODE STATE [NODE STATE …]}: for each node its name and its agent's state folder. Says what could not be ended; the exit
     * status is then 1.
     */
    public static void main(String[] nodes) throws InterruptedException {
        List<Callable<List<String>>> ends = new ArrayList<>();
        for (int i = 0; i + 1 < nodes.length; i += 2) {
            String node = nodes[i];
            Path state = Path.of(nodes[i + 1]);
            ends.add(() -> ofNode(node, state));
        }
        List<String> left = all(ends).stream().flatMap(List::stream).toList();
        left.forEach(System.err::println);
        System.exit(left.isEmpty() ? 0 : 1);
    }

    private static List<String> ofNode(String node, Path state) {
        try {
            Optional<StateLock> lock = StateLock.take(state);
            if (lock.isEmpty()) {
                return List.of(node + ": its agent (" + StateLock.holder(state) + ") still runs; end that first");
            }
            try (StateLock held = lock.get()) {
                Containers kept = new Containers(state, new Specs(state));
                HostPorts ports = new HostPorts(InetAddress.getLoopbackAddress(), state, new PortRange(20_000, 31_999));
                List<String> left = new ArrayList<>(of(
                        new ProcessRuntime(
                                state, Cgroups.detect(Path.of("/sys/fs/cgroup"), node, false), "127.0.0.1", ports),
                        kept));
                if (!kept.onEngine().isEmpty()) {
                    left.addAll(ofEngine(node, state, ports, kept));
                }
                return left;
            }
        } catch (IOException | InterruptedException fault) {
            return List.of(node + ": " + fault);
        }
    }

    private static List<String> ofEngine(String node, Path state, HostPorts ports, Containers kept)
            throws IOException, InterruptedException {
        try (Engine engine = Engine.connect(EngineSettings.of(System.getenv()));
                DockerRuntime runtime = new DockerRuntime(
                        engine,
                        new DockerRuntime.Settings(
                                state,
                                AgentId.of(state),
                                node,
                                "127.0.0.1",
                                DockerRuntime.Reach.BRIDGE,
                                ports,
                                NodeVolumes.NONE))) {
            return of(runtime, kept);
        }
    }

    /** Ends all of them at once; gives what could not be done, in words. */
    static List<String> of(ContainerRuntime runtime, Containers kept) throws IOException, InterruptedException {
        List<Callable<List<String>>> ends = new ArrayList<>();
        for (ContainerRuntime.Known known : runtime.list()) {
            Duration wished =
                    kept.find(known.id()).map(it -> it.spec().stopGrace()).orElse(LONGEST_GRACE);
            ends.add(() -> end(runtime, known.id(), wished.compareTo(LONGEST_GRACE) < 0 ? wished : LONGEST_GRACE));
        }
        return all(ends).stream().flatMap(List::stream).toList();
    }

    private static List<String> end(ContainerRuntime runtime, String id, Duration grace) throws InterruptedException {
        try {
            if (runtime.exit(id).isEmpty()) {
                runtime.terminate(id);
                awaitEnd(runtime, id, grace);
            }
            // Also where its command has ended: what that left behind.
            runtime.kill(id);
            return awaitEnd(runtime, id, PATIENCE) ? List.of() : List.of(id + " could not be ended");
        } catch (IOException fault) {
            return List.of(id + " could not be ended: " + fault);
        }
    }

    private static boolean awaitEnd(ContainerRuntime runtime, String id, Duration patience)
            throws IOException, InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        while (runtime.exit(id).isEmpty()) {
            if (System.nanoTime() > until) {
                return false;
            }
            Thread.sleep(LOOK_AGAIN);
        }
        return true;
    }

    private static <T> List<T> all(List<Callable<T>> tasks) throws InterruptedException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<T> results = new ArrayList<>();
            for (Future<T> future : threads.invokeAll(tasks)) {
                results.add(future.get());
            }
            return results;
        } catch (ExecutionException fault) {
            throw new IllegalStateException(fault.getCause());
        }
    }
}
