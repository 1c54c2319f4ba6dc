package dev.berth.agent.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.container.Address;
import dev.berth.agent.container.ContainerRef;
import dev.berth.agent.container.ContainerSpec;
import dev.berth.agent.container.Image;
import dev.berth.agent.container.KeptPlaces;
import dev.berth.agent.container.Readiness;
import dev.berth.agent.runtime.ContainerRuntime;
import dev.berth.agent.runtime.HostPorts;
import dev.berth.agent.runtime.PortRange;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Output and ends of containers while agents and engines come and go. */
class DockerLogsIT {
    /** Writes numbers, to both outputs in turn, until the test tells it to end. */
    private static final String COUNT = "i=0; while [ ! -e /app/end ]; do i=$((i+1)); echo $i; echo $i >&2;"
            + " [ $((i%20)) -ne 0 ] || sleep 0.01; done; echo last $i";

    @TempDir
    Path state;

    private TestEngine engine;
    private Engine connection;
    private DockerRuntime runtime;

    TestKind kind() {
        return TestKind.DOCKER;
    }

    /** What an engine may say of an end that came while it was away. */
    List<Integer> mayEndUnseenWith(int code) {
        return List.of(code);
    }

    @BeforeEach
    void begin() throws IOException {
        engine = TestEngine.shared(kind());
        connection = Engine.connect(engine.settings());
        runtime = open();
    }

    @AfterEach
    void end() throws IOException {
        if (runtime != null) {
            for (ContainerRuntime.Known known : runtime.list()) {
                runtime.remove(known.id());
            }
            runtime.close();
            connection.close();
            engine.removeUnusedNetworks();
        }
    }

    private DockerRuntime open() throws IOException {
        return new DockerRuntime(
                connection,
                new DockerRuntime.Settings(
                        state,
                        AgentId.of(state),
                        "test",
                        "127.0.0.1",
                        DockerRuntime.Reach.BRIDGE,
                        new HostPorts(InetAddress.getLoopbackAddress(), state, new PortRange(20_000, 31_999)),
                        NodeVolumes.NONE));
    }

    private Address start(String id, String script) throws IOException {
        Path source = Files.createDirectories(state.resolve("source-" + id));
        return runtime.start(new ContainerRuntime.Launch(
                new ContainerRef(id, "main", "app", 3, "web"),
                new ContainerSpec(
                        "d",
                        List.of("sh", "-c", script),
                        Map.of(),
                        0,
                        new Readiness("", false),
                        0,
                        0,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(5),
                        "",
                        Optional.of(new Image(TestEngine.IMAGE, List.of(), "", false, 0, List.of(), List.of())),
                        "",
                        true,
                        0),
                0,
                KeptPlaces.NONE,
                Optional.of(source)));
    }

    private void tellToEnd(String id) throws IOException {
        Files.createFile(state.resolve("source-" + id + "/end"));
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("waited in vain for " + what).isLessThan(until);
            LockSupport.parkNanos(5_000_000);
        }
    }

    private List<String> output(String id) throws IOException {
        return Files.exists(runtime.output(id)) ? Files.readAllLines(runtime.output(id)) : List.of();
    }

    private void awaitMoreLines(String id) throws Exception {
        int before = output(id).size();
        await("more output", () -> output(id).size() > before + 200);
    }

    /** Each number once from each of the two outputs. */
    private void assertThatNothingIsLostNorRepeated(String id) throws Exception {
        tellToEnd(id);
        await("its end", () -> runtime.exit(id).isPresent());
        List<String> lines = output(id);
        String last = lines.stream()
                .filter(line -> line.startsWith("last "))
                .findFirst()
                .orElseThrow();
        int count = Integer.parseInt(last.substring("last ".length()));
        assertThat(lines).hasSize(2 * count + 1);
        Map<String, Long> times = lines.stream()
                .collect(java.util.stream.Collectors.groupingBy(line -> line, java.util.stream.Collectors.counting()));
        assertThat(IntStream.rangeClosed(1, count)
                        .mapToObj(String::valueOf)
                        .filter(each -> times.getOrDefault(each, 0L) != 2))
                .isEmpty();
    }

    /** Whoever copies its output is still at it. */
    @Test
    void containerThatWritesLeavesNothingBehind() throws Exception {
        for (int i = 0; i < 4; i++) {
            String id = "writes-" + i;
            start(id, "while :; do echo more; done");
            await("output", () -> !output(id).isEmpty());
            runtime.remove(id);
            assertThat(state.resolve("engine").resolve(id)).doesNotExist();
        }
    }

    /** One that is killed loses what it had read of the container and not yet written. */
    private String whatTheEngineHas(String id) throws IOException {
        return engine.output("berth-test-" + id);
    }

    @Test
    void agentThatRestartsLosesAndRepeatsNoOutput() throws Exception {
        start("c-1", COUNT);
        for (int i = 0; i < 5; i++) {
            awaitMoreLines("c-1");
            runtime.close();
            runtime = open();
            runtime.watch(id -> {});
        }
        assertThatNothingIsLostNorRepeated("c-1");
    }

    /** As an agent that was killed between writing output and noting how far it came. */
    @Test
    void outputBeyondTheMarkIsNotRepeated() throws Exception {
        start("c-1", COUNT);
        Path mark = runtime.output("c-1").resolveSibling("output-mark");
        awaitMoreLines("c-1");
        runtime.close();
        await("the mark", () -> Files.exists(mark));
        String early = Files.readString(mark);
        runtime = open();
        runtime.watch(id -> {});
        awaitMoreLines("c-1");
        runtime.close();
        await("the mark", () -> !Files.readString(mark).equals(early));
        Files.writeString(mark, early);
        runtime = open();
        runtime.watch(id -> {});
        assertThatNothingIsLostNorRepeated("c-1");
    }

    @Test
    void containerOutlivesItsEngineAndIsHeardAgain() throws Exception {
        Set<String> told = ConcurrentHashMap.newKeySet();
        runtime.watch(told::add);
        Address address = start("c-1", COUNT);
        awaitMoreLines("c-1");
        engine.crash();
        engine.begin();
        awaitMoreLines("c-1");
        assertThat(runtime.list()).containsExactly(new ContainerRuntime.Known("c-1", address));
        assertThat(told).isEmpty();
        tellToEnd("c-1");
        await("its end", () -> runtime.exit("c-1").isPresent());
        assertThat(Files.readString(runtime.output("c-1"))).isEqualTo(whatTheEngineHas("c-1"));
        await("its end to be told", () -> told.contains("c-1"));
    }

    @Test
    void endThatCameWhileTheEngineWasAwayIsTold() throws Exception {
        Set<String> told = ConcurrentHashMap.newKeySet();
        runtime.watch(told::add);
        start("c-1", COUNT + "; exit 6");
        awaitMoreLines("c-1");
        engine.crash();
        tellToEnd("c-1");
        engine.begin();
        await("its end to be told", () -> told.contains("c-1"));
        assertThat(runtime.exit("c-1").orElseThrow().code()).isIn(mayEndUnseenWith(6));
    }

    @Test
    void engineThatIsAwayIsSaid() throws Exception {
        start("c-1", "sleep 1000");
        engine.crash();
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> runtime.exit("c-1")))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("can't be asked", "start the engine");
        engine.begin();
        assertThat(runtime.exit("c-1")).isEmpty();
        runtime.kill("c-1");
    }

    @Test
    void longLinesAndMuchOutputComeWhole() throws Exception {
        start("c-1", "head -c 100000 /dev/zero | tr '\\0' x; seq 1 300000; echo -n end");
        await("its end", () -> runtime.exit("c-1").isPresent());
        List<String> lines = output("c-1");
        assertThat(lines.getFirst()).hasSize(100_001).endsWith("x1");
        assertThat(lines).hasSize(300_001).endsWith("300000", "end");
    }
}
