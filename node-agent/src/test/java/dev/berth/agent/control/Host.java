package dev.berth.agent.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.container.Address;
import dev.berth.agent.container.ContainerRef;
import dev.berth.agent.container.Exit;
import dev.berth.agent.container.KeptPlaces;
import dev.berth.agent.runtime.ContainerRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/** Containers that all listen where the test's own socket does. */
final class Host implements ContainerRuntime {
    final Map<String, Integer> ports = new ConcurrentHashMap<>();
    final Map<String, Exit> exits = new ConcurrentHashMap<>();
    /** What a look at a container throws. */
    final Map<String, Exception> broken = new ConcurrentHashMap<>();
    /** What whatever is done to a container throws, but its end by force. */
    final Map<String, Error> faults = new ConcurrentHashMap<>();

    final AtomicInteger faulted = new AtomicInteger();
    /** They don't end when they are told to. */
    final Set<String> deaf = ConcurrentHashMap.newKeySet();

    final List<String> looks = new CopyOnWriteArrayList<>();
    final Map<String, Launch> launches = new ConcurrentHashMap<>();
    final List<String> started = new CopyOnWriteArrayList<>();
    /** Their start waits for this. */
    final Map<String, CountDownLatch> slow = new ConcurrentHashMap<>();

    final List<String> terminated = new CopyOnWriteArrayList<>();
    final List<String> killed = new CopyOnWriteArrayList<>();
    final AtomicInteger asked = new AtomicInteger();
    /** Why it starts nothing now. */
    volatile Optional<IOException> startsNothing = Optional.empty();
    /** Why it ends nothing now. */
    volatile Optional<String> refuses = Optional.empty();

    volatile Optional<String> stranger = Optional.empty();
    volatile Consumer<String> ended;

    private final Path state;
    private final IntSupplier port;

    Host(Path state, IntSupplier port) {
        this.state = state;
        this.port = port;
    }

    int looks(String id) {
        return Collections.frequency(looks, id);
    }

    void tell(String id) {
        ended.accept(id);
    }

    void end(String id, Exit exit) {
        exits.put(id, exit);
        ended.accept(id);
    }

    private void fail(String id) {
        Error fault = faults.get(id);
        if (fault != null) {
            faulted.incrementAndGet();
            throw fault;
        }
    }

    @Override
    public void watch(Consumer<String> told) {
        ended = told;
    }

    @Override
    public List<Known> list() {
        return ports.keySet().stream()
                .map(id -> new Known(id, ports.get(id) == 0 ? Address.NONE : new Address("127.0.0.1", ports.get(id))))
                .toList();
    }

    @Override
    public Address start(Launch launch) throws IOException {
        ContainerRef ref = launch.ref();
        assertThat(launch.kept()).isEqualTo(new KeptPlaces(Set.of(20_001), Set.of("172.30.0.9")));
        assertThat(launch.spec().command()).isEqualTo(Arrays.asList("run"));
        Files.createDirectories(output(ref.id()).getParent());
        launches.put(ref.id(), launch);
        fail(ref.id());
        if (startsNothing.isPresent()) {
            throw startsNothing.get();
        }
        started.add(ref.id());
        if (slow.containsKey(ref.id())) {
            try {
                slow.get(ref.id()).await();
            } catch (InterruptedException interrupted) {
                throw new IOException(interrupted);
            }
        }
        ports.put(ref.id(), port.getAsInt());
        return new Address("127.0.0.1", port.getAsInt());
    }

    @Override
    public Optional<Exit> exit(String id) throws IOException {
        looks.add(id);
        fail(id);
        Exception fault = broken.get(id);
        if (fault instanceof IOException refused) {
            throw refused;
        }
        if (fault != null) {
            throw (RuntimeException) fault;
        }
        return Optional.ofNullable(exits.get(id));
    }

    @Override
    public Listening listening(String id) {
        asked.incrementAndGet();
        return new Listening(stranger, List.of("127.0.0.1:5000"));
    }

    @Override
    public void terminate(String id) throws IOException {
        fail(id);
        if (refuses.isPresent()) {
            throw new IOException(refuses.get());
        }
        terminated.add(id);
        if (!deaf.contains(id)) {
            end(id, new Exit(143, false));
        }
    }

    @Override
    public void kill(String id) {
        killed.add(id);
        end(id, new Exit(137, false));
    }

    @Override
    public Path output(String id) {
        return state.resolve("containers").resolve(id).resolve("output.log");
    }

    @Override
    public void remove(String id) {
        fail(id);
        ports.remove(id);
    }
}
