package dev.berth.agent.runtime.engine;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import dev.berth.agent.container.Address;
import dev.berth.agent.container.Exit;
import dev.berth.agent.runtime.ContainerRuntime;
import dev.berth.agent.runtime.FileTree;
import dev.berth.agent.runtime.HostPorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Containers of an engine. Each is labelled with the agent's id, and only those are ever touched; each has a folder for
 * its output and its view of its source. Per container one virtual thread waits for output.
 */
public final class DockerRuntime implements ContainerRuntime, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(DockerRuntime.class);
    /** After its end, for what the engine still has of its output. */
    private static final Duration LAST_OUTPUT = Duration.ofSeconds(10);

    /** For a follower that is told to stop. */
    private static final Duration ENDING = Duration.ofSeconds(5);

    /** How long a container may be starting the process that handles signals. */
    private static final Duration MINDS_WITHIN = Duration.ofSeconds(2);

    /** How gateways reach containers that have a network of their own: the node setting {@code container-address}. */
    public enum Reach {
        /** By their own addresses: gateways are on this host, or have a route. */
        BRIDGE,
        /** By ports of this host. */
        HOST
    }

    /**
     * @param state the agent's own folder
     * @param agentId of {@link AgentId}
     * @param host under which gateways reach this host
     * @param ports of the host, which its containers are given
     * @param volumes folders of the host that they may have
     */
    public record Settings(
            Path state, String agentId, String node, String host, Reach reach, HostPorts ports, NodeVolumes volumes) {
        /** Of a container in the engine. */
        String name(String id) {
            return "berth-" + node + "-" + id;
        }
    }

    private final Engine engine;
    private final Settings settings;
    private final Path folder;
    private final Places places;
    private final Turns turns;
    private final Starts starts;
    private final Map<String, LogFollower> followers = new ConcurrentHashMap<>();
    private volatile Consumer<String> ended = id -> {};
    private volatile ContainerEvents events;

    public DockerRuntime(Engine engine, Settings settings) throws IOException {
        this.engine = engine;
        this.settings = settings;
        folder = Files.createDirectories(settings.state().toAbsolutePath().resolve("engine"));
        places = new Places(engine, settings, folder);
        turns = new Turns(engine.about().api());
        starts = new Starts(engine, settings, folder, places, turns);
        for (Container container : own()) {
            labels(container).ifPresent(places::hold);
        }
    }

    @Override
    public void watch(Consumer<String> told) throws IOException {
        ended = told;
        for (Known known : list()) {
            find(known.id()).ifPresent(container -> follower(known.id(), container.getId()));
        }
        forgetFolders();
        events = new ContainerEvents(engine, settings.agentId(), this::lookAtAll, this::hasEnded).begin();
    }

    /** What is left of containers that somebody else removed from the engine. */
    private void forgetFolders() throws IOException {
        Set<String> there = Set.copyOf(list().stream().map(Known::id).toList());
        try (Stream<Path> folders = Files.list(folder)) {
            for (Path each : folders.filter(Files::isDirectory).toList()) {
                if (!there.contains(each.getFileName().toString())) {
                    FileTree.delete(each);
                }
            }
        }
    }

    private void lookAtAll() throws IOException {
        for (Container container : own()) {
            if (!"running".equals(container.getState()) && !"created".equals(container.getState())) {
                labels(container).ifPresent(labels -> hasEnded(labels.ref().id()));
            }
        }
    }

    /** When all that it wrote is there, so that whoever is told finds it. */
    private void hasEnded(String id) {
        Thread.ofVirtual().name("end-" + id).start(() -> {
            try {
                if (exit(id).isEmpty()) {
                    return;
                }
            } catch (IOException fault) {
                LOG.debugf("%s: %s", id, fault.getMessage());
            }
            ended.accept(id);
        });
    }

    private List<Container> own() throws IOException {
        return engine.ask(
                "list containers",
                client -> client.listContainersCmd()
                        .withShowAll(true)
                        .withLabelFilter(Map.of(Labels.AGENT, settings.agentId()))
                        .exec());
    }

    private Optional<Labels> labels(Container container) {
        return Labels.read(container.getLabels(), settings.agentId());
    }

    @Override
    public List<Known> list() throws IOException {
        List<Known> known = new ArrayList<>();
        for (Container container : own()) {
            Optional<Labels> labels = labels(container);
            if (labels.isEmpty() || starts.has(labels.get().ref().id())) {
                continue;
            }
            if ("created".equals(container.getState())) {
                // The agent ended between making it and starting it.
                starts.discard(container.getId());
            } else {
                known.add(new Known(labels.get().ref().id(), labels.get().address()));
            }
        }
        return known;
    }

    /** Empty where it is not there, or is not this agent's. */
    private Optional<InspectContainerResponse> find(String id) throws IOException {
        return engine.find(
                        "look for container " + id,
                        client -> client.inspectContainerCmd(settings.name(id)).exec())
                .filter(found -> labels(found).isPresent());
    }

    @Override
    public Address start(Launch launch) throws IOException {
        return starts.start(launch, container -> follower(launch.ref().id(), container));
    }

    private LogFollower follower(String id, String container) {
        return followers.computeIfAbsent(
                id,
                it -> new LogFollower(
                                engine,
                                container,
                                output(id),
                                () -> find(id).map(found -> Boolean.TRUE.equals(
                                                found.getState().getRunning()))
                                        .orElse(false))
                        .begin());
    }

    @Override
    public Optional<Exit> exit(String id) throws IOException {
        Optional<InspectContainerResponse> found = find(id);
        if (found.isEmpty()) {
            return Optional.of(new Exit(-1, false));
        }
        var state = found.get().getState();
        if (Boolean.TRUE.equals(state.getRunning())) {
            return Optional.empty();
        }
        Files.createDirectories(folder.resolve(id));
        if (!follower(id, found.get().getId()).await(LAST_OUTPUT)) {
            LOG.warnf("%s has ended, and the engine does not give the rest of its output", id);
        }
        return Optional.of(new Exit(
                state.getExitCodeLong() == null ? -1 : state.getExitCodeLong().intValue(),
                Boolean.TRUE.equals(state.getOOMKilled())));
    }

    @Override
    public Listening listening(String id) throws IOException {
        Optional<InspectContainerResponse> found = find(id);
        Optional<Labels> labels = found.flatMap(this::labels);
        Optional<Insides> insides = found.flatMap(this::insides);
        return labels.isPresent() && insides.isPresent()
                ? listening(labels.get(), insides.get())
                : new Listening(Optional.empty(), List.of());
    }

    private static Listening listening(Labels labels, Insides insides) {
        boolean shared = labels.ip().isEmpty();
        String ip = shared ? labels.address().host() : labels.ip();
        Set<Long> own = shared ? insides.sockets() : Set.of();
        Optional<String> stranger = Optional.empty();
        List<String> elsewhere = new ArrayList<>();
        for (Insides.Listener listener : insides.listeners()) {
            boolean serves = listener.serves(ip, labels.port());
            boolean its = !shared || own.contains(listener.inode());
            if (serves && !its) {
                stranger = stranger.or(() -> insides.owner(listener.inode()));
            } else if (!serves && its) {
                elsewhere.add(listener.toString());
            }
        }
        return new Listening(stranger, elsewhere);
    }

    private Optional<Labels> labels(InspectContainerResponse container) {
        return Labels.read(container.getConfig().getLabels(), settings.agentId());
    }

    private Optional<Insides> insides(InspectContainerResponse container) {
        Long first = container.getState().getPidLong();
        return engine.local() && first != null && first > 0 ? Optional.of(Insides.of(first)) : Optional.empty();
    }

    @Override
    public void terminate(String id) throws IOException {
        Optional<InspectContainerResponse> found = find(id);
        if (found.isPresent()) {
            Optional<Insides> insides = insides(found.get());
            long until = System.nanoTime() + MINDS_WITHIN.toNanos();
            while (insides.isPresent() && !insides.get().mindsTermination() && System.nanoTime() < until) {
                LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
            }
            end(id, found.get(), "SIGTERM");
        }
    }

    @Override
    public void kill(String id) throws IOException {
        Optional<InspectContainerResponse> found = find(id);
        if (found.isPresent()) {
            end(id, found.get(), "SIGKILL");
        }
    }

    private void end(String id, InspectContainerResponse found, String signal) throws IOException {
        if (Boolean.TRUE.equals(found.getState().getRunning())) {
            turns.end(
                    () -> signal(id, found, signal),
                    () -> find(id).map(DockerRuntime::isOver).orElse(true));
        }
    }

    private static boolean isOver(InspectContainerResponse container) {
        return !Boolean.TRUE.equals(container.getState().getRunning());
    }

    private Void signal(String id, InspectContainerResponse found, String signal) throws IOException {
        return engine.ask("signal container " + id, client -> {
            try {
                return client.killContainerCmd(found.getId()).withSignal(signal).exec();
            } catch (NotFoundException | ConflictException ended) {
                return null;
            }
        });
    }

    @Override
    public Path output(String id) {
        return output(settings.state(), id);
    }

    /** Where an agent with this folder has a container's output, also while its engine is away. */
    public static Path output(Path state, String id) {
        return state.toAbsolutePath().resolve("engine").resolve(id).resolve("output.log");
    }

    @Override
    public void remove(String id) throws IOException {
        LogFollower follower = followers.get(id);
        if (follower != null) {
            // It would write into a folder that is being deleted.
            follower.end(ENDING);
            followers.remove(id);
        }
        Optional<InspectContainerResponse> found = find(id);
        if (found.isPresent()) {
            starts.discard(found.get().getId());
            labels(found.get()).ifPresent(places::giveBack);
        }
        FileTree.delete(folder.resolve(id));
    }

    /** Leaves the containers as they are, and listens to them no more. */
    @Override
    public void close() {
        if (events != null) {
            events.close();
        }
        followers.values().forEach(LogFollower::close);
    }
}
