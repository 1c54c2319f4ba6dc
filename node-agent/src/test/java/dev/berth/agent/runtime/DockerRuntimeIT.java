package dev.berth.agent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.agent.container.Address;
import dev.berth.agent.container.ContainerSpec;
import dev.berth.agent.container.Exit;
import dev.berth.agent.container.Image;
import dev.berth.agent.runtime.ContainerRuntime.Known;
import dev.berth.agent.runtime.engine.AgentId;
import dev.berth.agent.runtime.engine.DockerRuntime;
import dev.berth.agent.runtime.engine.NodeVolumes;
import dev.berth.agent.runtime.engine.TestEngine;
import dev.berth.agent.runtime.engine.TestKind;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Containers of a real engine: this machine's own. Those of other engines do the same. */
class DockerRuntimeIT extends ContainerRuntimeContract {
    static final String SERVER = "mkdir /www && echo hello > /www/index.html && exec httpd -f -p $PORT -h /www";
    private final List<DockerRuntime> opened = new ArrayList<>();

    TestKind kind() {
        return TestKind.DOCKER;
    }

    /** What an engine makes a container's first process. */
    String init() {
        return "docker-init";
    }

    private TestEngine engine() throws IOException {
        return TestEngine.shared(kind());
    }

    /** Each test is another agent; an engine has room for some thirty networks. */
    @BeforeEach
    void forgetNetworks() throws IOException {
        engine().removeUnusedNetworks();
    }

    @Override
    DockerRuntime open(Path folder) throws IOException {
        return open(engine(), folder, DockerRuntime.Reach.BRIDGE);
    }

    DockerRuntime open(TestEngine engine, Path folder, DockerRuntime.Reach reach) throws IOException {
        DockerRuntime runtime = new DockerRuntime(
                engine.connection(),
                new DockerRuntime.Settings(
                        folder,
                        AgentId.of(folder),
                        "test",
                        "127.0.0.1",
                        reach,
                        ports(folder),
                        NodeVolumes.parse(List.of(folder + "/models", folder + "/out:rw"))));
        opened.add(runtime);
        return runtime;
    }

    @AfterEach
    void closeRuntimes() {
        opened.forEach(DockerRuntime::close);
    }

    /** Each takes an engine a second. */
    @Override
    int earlyEnds() {
        return 10;
    }

    @Override
    Run run(long memoryLimit, Map<String, String> env, String... command) {
        return inImage(spec(memoryLimit, env, command));
    }

    private static Run inImage(Run run) {
        return with(run, new Image(TestEngine.IMAGE, List.of(), "", false, 0, List.of(), List.of()), "", false);
    }

    private static Run with(Run run, Image image, String user, boolean readOnly) {
        ContainerSpec spec = run.spec();
        return new Run(
                run.ref(),
                new ContainerSpec(
                        spec.digest(),
                        spec.command(),
                        spec.env(),
                        spec.port(),
                        spec.readiness(),
                        spec.cpuMillisLimit(),
                        spec.memoryBytesLimit(),
                        spec.startupTimeout(),
                        spec.stopGrace(),
                        spec.sourceDigest(),
                        Optional.of(image),
                        user,
                        readOnly,
                        50));
    }

    Run shell(String script) {
        return run(0, Map.of(), "sh", "-c", script);
    }

    @Override
    String path(Path source) {
        return "/app";
    }

    /** The number is the container's own; the host has another for the same process. */
    @Override
    boolean lives(Run run, long process) {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            return all.filter(each -> each.getFileName().toString().matches("[0-9]+"))
                    .anyMatch(each -> isOf(each, run, process));
        } catch (IOException fault) {
            throw new AssertionError(fault);
        }
    }

    private static boolean isOf(Path host, Run run, long process) {
        try {
            String status = Files.readString(host.resolve("status"));
            return status.lines()
                            .anyMatch(line -> line.startsWith("NSpid:")
                                    && line.endsWith("\t" + process)
                                    && line.split("\t").length == 3)
                    && !status.contains("\nState:\tZ")
                    && Files.readString(host.resolve("environ")).contains("BERTH_CONTAINER=" + run.id() + "\0");
        } catch (IOException gone) {
            return false;
        }
    }

    private static String output(ContainerRuntime runtime, Run run) throws IOException {
        return Files.readString(runtime.output(run.id()));
    }

    private static Exit ended(ContainerRuntime runtime, Run run) throws IOException {
        await("the end of " + run.id(), () -> runtime.exit(run.id()).isPresent());
        return runtime.exit(run.id()).orElseThrow();
    }

    @Test
    void containerIsReachedAtItsAddress() throws IOException {
        ContainerRuntime runtime = open(state);
        Run run = shell(SERVER);
        assertThat(answer(runtime, run)).contains("hello");
    }

    @Test
    void containerIsReachedByAPortOfTheHostWhereGatewaysHaveNoWayToItsOwnAddress() throws IOException {
        DockerRuntime runtime = open(engine(), state, DockerRuntime.Reach.HOST);
        Run run = shell(SERVER);
        assertThat(answer(runtime, run)).contains("hello");
        Known known = runtime.list().getFirst();
        assertThat(known.address().host()).isEqualTo("127.0.0.1");
        assertThat(known.address().port()).isBetween(20_000, 31_999);
    }

    @Test
    void containerOnTheHostsNetworkGetsAPortOfTheHost() throws IOException {
        DockerRuntime runtime = open(state);
        Image image = new Image(TestEngine.IMAGE, List.of(), "", true, 0, List.of(), List.of());
        Run run = with(shell(SERVER), image, "", false);
        assertThat(answer(runtime, run)).contains("hello");
        assertThat(runtime.list().getFirst().address().port()).isBetween(20_000, 31_999);
        assertThat(runtime.listening(run.id())).isEqualTo(new ContainerRuntime.Listening(Optional.empty(), List.of()));
    }

    private static String answer(ContainerRuntime runtime, Run run) throws IOException {
        Address address = run.start(runtime, 0);
        AtomicReference<String> heard = new AtomicReference<>("");
        await("its answer", () -> {
            try (Socket socket = new Socket(address.host(), address.port())) {
                socket.getOutputStream().write("GET /index.html HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
                heard.set(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException notYet) {
                return false;
            }
            return !heard.get().isEmpty();
        });
        return heard.get();
    }

    @Test
    void whereAContainerListensIsTold() throws IOException {
        ContainerRuntime runtime = open(state);
        Run run = shell("httpd -f -p 127.0.0.1:8000 & httpd -f -p 9000 & wait");
        run.start(runtime, 0);
        await("its sockets", () -> runtime.listening(run.id()).elsewhere().size() == 2);
        assertThat(runtime.listening(run.id()).stranger()).isEmpty();
        assertThat(runtime.listening(run.id()).elsewhere())
                .anyMatch(each -> each.equals("127.0.0.1:8000"))
                .anyMatch(each -> each.endsWith(":9000"));
    }

    @Test
    void containerGetsItsLimitsAndNoMoreRightsThanItNeeds() throws IOException {
        ContainerRuntime runtime = open(state);
        Image image = new Image(
                TestEngine.IMAGE,
                List.of("sh", "-c"),
                "/tmp",
                false,
                16 << 20,
                List.of(new Image.Volume(
                        Files.createDirectory(state.resolve("models")).toString(), "/models", false)),
                List.of(new Image.Ulimit("nofile", 4000, 5000), new Image.Ulimit("core", 0, 0)));
        Run run = with(
                run(
                        64 << 20,
                        Map.of("GREETING", "Grüße"),
                        // One pipe: of two the engine may mix what comes.
                        "exec 2>&1; id -u; pwd; echo $GREETING; ulimit -n; cat /sys/fs/cgroup/memory/memory.limit_in_bytes"
                                + " /sys/fs/cgroup/memory/memory.memsw.limit_in_bytes /sys/fs/cgroup/pids/pids.max"
                                + " /sys/fs/cgroup/memory.max /sys/fs/cgroup/pids.max; df -k /dev/shm | tail -1;"
                                + " grep -E 'NoNewPrivs|CapBnd' /proc/self/status; touch /models/x; touch /x; cat /proc/1/comm"),
                image,
                "web",
                true);
        run.start(runtime, Optional.empty());
        ended(runtime, run);
        assertThat(output(runtime, run))
                .contains("1000\n/tmp\nGrüße\n4000\n")
                .contains("67108864\n", "\n50\n", " 16384 ")
                .contains("NoNewPrivs:\t1\n", "CapBnd:\t00000000000004eb\n")
                .contains("touch: /models/x: Read-only file system", "touch: /x: ")
                .contains("\n" + init() + "\n");
    }

    @Test
    void defaultForOpenFilesIsNotTheEngines() throws IOException {
        ContainerRuntime runtime = open(state);
        Run run = shell("ulimit -n; ulimit -Hn");
        run.start(runtime, Optional.empty());
        ended(runtime, run);
        List<String> limits = output(runtime, run).lines().toList();
        assertThat(limits.get(0)).isEqualTo(limits.get(1));
        assertThat(Long.parseLong(limits.get(0))).isLessThanOrEqualTo(65_536);
    }

    @Test
    void containerOverItsMemoryLimitIsSaidToHaveRunOutOfMemory() throws IOException {
        ContainerRuntime runtime = open(state);
        Run run = run(32 << 20, Map.of(), "sh", "-c", "x=$(head -c 200000000 /dev/zero | tr '\\0' x); echo ${#x}");
        run.start(runtime, Optional.empty());
        assertThat(ended(runtime, run).outOfMemory()).isTrue();
    }

    @Test
    void writesToItsSourceAreItsOwn() throws IOException {
        ContainerRuntime runtime = open(state);
        Path source = Files.createDirectories(state.resolve("source/sub"));
        Files.writeString(source.resolve("data.txt"), "as it was\n");
        Run run = with(
                shell("cd sub && echo more >> data.txt && cat data.txt && touch /app/new"),
                inImage(shell("")).spec().image().orElseThrow(),
                "web",
                false);
        run.start(runtime, Optional.of(state.resolve("source")));
        assertThat(ended(runtime, run).code()).isZero();
        assertThat(output(runtime, run)).isEqualTo("as it was\nmore\n");
        assertThat(Files.readString(source.resolve("data.txt"))).isEqualTo("as it was\n");
        Run readOnly =
                with(shell("touch /app/new"), inImage(shell("")).spec().image().orElseThrow(), "", true);
        readOnly.start(runtime, Optional.of(state.resolve("source")));
        assertThat(ended(runtime, readOnly).code()).isEqualTo(1);
        assertThat(output(runtime, readOnly)).contains("Read-only file system");
    }

    @Test
    void startThatFailsLeavesNothingAndSaysWhatToDo() throws IOException {
        DockerRuntime runtime = open(state);
        Run absent = with(
                shell(""), new Image("berth-test/absent:9", List.of(), "", false, 0, List.of(), List.of()), "", false);
        assertThatThrownBy(() -> absent.start(runtime, 0))
                .hasMessageContainingAll("o such image: ", "berth-test/absent:9", "pull it");
        Run nobody = with(shell(""), inImage(shell("")).spec().image().orElseThrow(), "nobody-of-that-name", false);
        assertThatThrownBy(() -> nobody.start(runtime, 0)).hasMessageContaining("nobody-of-that-name");
        // Before it is looked for: what was made and not started is cleared away then.
        assertThat(engineHas(nobody)).isFalse();
        assertThat(runtime.list()).isEmpty();
        assertThat(state.resolve("engine/" + nobody.id())).doesNotExist();
    }

    private boolean engineHas(Run run) throws IOException {
        return engine().containers().stream().anyMatch(name -> name.contains(run.id()));
    }

    @Test
    void containersOfAnotherAgentAreNotSeenNorTouched() throws IOException {
        DockerRuntime other = open(Files.createDirectory(state.resolve("other")));
        DockerRuntime runtime = open(state);
        Run theirs = shell("sleep 1000");
        theirs.start(other, 0);
        assertThat(runtime.list()).isEmpty();
        runtime.watch(id -> {});
        runtime.terminate(theirs.id());
        runtime.kill(theirs.id());
        assertThat(runtime.exit(theirs.id())).contains(new Exit(-1, false));
        runtime.remove(theirs.id());
        assertThat(other.exit(theirs.id())).isEmpty();
        other.remove(theirs.id());
        assertThat(engineHas(theirs)).isFalse();
    }

    @Test
    void addressesAreGivenInTurnAlsoAfterARestart() throws IOException {
        DockerRuntime runtime = open(state);
        Run first = shell("exit 0");
        Address one = first.start(runtime, 0);
        runtime.remove(first.id());
        assertThat(shell("sleep 100").start(runtime, 0)).isNotEqualTo(one);
        assertThat(shell("sleep 100").start(open(state), 0)).isNotEqualTo(one);
    }
}
