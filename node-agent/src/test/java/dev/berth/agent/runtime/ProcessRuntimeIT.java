package dev.berth.agent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.agent.container.Address;
import dev.berth.agent.container.ContainerSpec;
import dev.berth.agent.container.Exit;
import dev.berth.agent.container.KeptPlaces;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessRuntimeIT extends ContainerRuntimeContract {
    private final Cgroups cgroups = Cgroups.detect(Path.of("/sys/fs/cgroup"), "test", true);

    @Override
    ContainerRuntime open(Path folder) throws IOException {
        return new ProcessRuntime(folder, cgroups, "127.0.0.1", ports(folder));
    }

    @Override
    String path(Path source) {
        return source.toString();
    }

    private void needsGroups() {
        Assumptions.assumeTrue(
                !cgroups.create("probe", 0, 0, 0).isEmpty(), "this host lets nobody make control groups");
        cgroups.remove("probe");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "env -i setsid sh -c 'echo $$; exec sleep 1000' & wait",
                "env -i setsid sh -c 'setsid sh -c \"echo \\$\\$; exec sleep 1000\" &' & sleep 1000",
                "env -i setsid sh -c 'trap \"\" TERM HUP; echo $$; while :; do sleep 0.1; done' & wait",
            })
    void nothingWithoutAnEnvironmentOutlivesIt(String script) throws IOException {
        needsGroups();
        ContainerRuntime runtime = open(state);
        Run run = spec(0, Map.of(), "sh", "-c", script);
        run.start(runtime, Optional.empty());
        await("its child", () -> Files.readString(runtime.output(run.id())).endsWith("\n"));
        long child = Long.parseLong(Files.readString(runtime.output(run.id())).strip());
        assertThat(lives(run, child)).isTrue();
        runtime.kill(run.id());
        await("its end", () -> runtime.exit(run.id()).isPresent());
        await("its child's end", () -> !lives(run, child));
    }

    /** Nobody has to be there for it. */
    @Test
    void whatACommandLeavesEndsWithIt() throws IOException {
        needsGroups();
        ContainerRuntime runtime = open(state);
        Run run = spec(0, Map.of(), "sh", "-c", "env -i setsid sh -c 'echo $$; exec sleep 1000' & sleep 0.2; exit 3");
        run.start(runtime, Optional.empty());
        await("its end", () -> runtime.exit(run.id()).isPresent());
        assertThat(runtime.exit(run.id())).contains(new Exit(3, false));
        long child = Long.parseLong(Files.readString(runtime.output(run.id())).strip());
        await("its child's end", () -> !lives(run, child));
    }

    @Test
    void whatTheCommandSaidLastIsThereWhenItsEndIs() throws IOException {
        ContainerRuntime runtime = open(state);
        Run run = spec(0, Map.of(), "sh", "-c", "head -c 3000000 /dev/zero | tr '\\0' x; echo; echo last; exit 2");
        run.start(runtime, Optional.empty());
        await("its end", () -> runtime.exit(run.id()).isPresent());
        assertThat(Files.size(runtime.output(run.id()))).isEqualTo(3_000_006);
    }

    /** A disk that takes nothing for a while: it is waited for, but not for ever. */
    @Test
    void newsOfItsEndWaitsForItsOutput() throws Exception {
        ContainerRuntime runtime = open(state);
        Run run = spec(0, Map.of(), "sh", "-c", "until [ -e go ]; do sleep 0.02; done; head -c 100000 /dev/zero");
        Path own = Files.createDirectories(state.resolve("containers/" + run.id()));
        assertThat(new ProcessBuilder("mkfifo", runtime.output(run.id()).toString())
                        .start()
                        .waitFor())
                .isZero();
        try (RandomAccessFile unread =
                new RandomAccessFile(runtime.output(run.id()).toFile(), "rw")) {
            run.start(runtime, Optional.empty());
            long began = System.nanoTime();
            Files.createFile(own.resolve("work/go"));
            await("its end", () -> runtime.exit(run.id()).isPresent());
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofSeconds(2));
            assertThat(runtime.exit(run.id())).contains(new Exit(0, false));
            assertThat(unread.read()).isZero();
        }
    }

    /** As it is when it is killed: what was in the pipe is not lost. */
    @Test
    void whatAKilledCommandSaidLastIsThere() throws IOException {
        needsGroups();
        ContainerRuntime runtime = open(state);
        Run run = spec(0, Map.of(), "sh", "-c", "while :; do echo line; echo $((n=n+1)) >n.new; mv n.new n; done");
        run.start(runtime, Optional.empty());
        Path counted = state.resolve("containers/" + run.id() + "/work/n");
        await("lines", () -> Files.exists(counted));
        runtime.kill(run.id());
        await("its end", () -> runtime.exit(run.id()).isPresent());
        assertThat(runtime.exit(run.id())).contains(new Exit(137, false));
        assertThat(Files.readAllLines(runtime.output(run.id())).size())
                .isGreaterThanOrEqualTo(
                        Integer.parseInt(Files.readString(counted).strip()));
    }

    /** What it says is lost; it is not blocked, and not ended. */
    @Test
    void fullDiskTakesItsOutputAndNothingElse() throws IOException {
        ContainerRuntime runtime = open(state);
        Run run = spec(0, Map.of(), "sh", "-c", "head -c 3000000 /dev/zero && echo more && touch done && sleep 1000");
        Path own = Files.createDirectories(state.resolve("containers/" + run.id()));
        Files.createSymbolicLink(own.resolve("output.log"), Path.of("/dev/full"));
        run.start(runtime, Optional.empty());
        await("that it goes on", () -> Files.exists(own.resolve("work/done")));
        assertThat(runtime.exit(run.id())).isEmpty();
    }

    /** A second process can listen where the container is to. */
    @Test
    void strangerThatIsYoungerThanTheContainerIsNotTakenForIt() throws IOException {
        needsGroups();
        ContainerRuntime runtime = open(state);
        Run run = sleep();
        int port = run.start(runtime, 0).port();
        await("its command", () -> Files.exists(state.resolve("containers/" + run.id() + "/command")));
        Process stranger = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xmx16m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Listen.class.getName(),
                        "127.0.0.1",
                        String.valueOf(port))
                .start();
        try {
            await("its socket", () -> runtime.listening(run.id()).stranger().isPresent());
            assertThat(runtime.listening(run.id()).stranger().orElseThrow())
                    .startsWith("process " + stranger.pid() + " (");
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void limitOfProcessesHolds() throws IOException {
        needsGroups();
        ContainerRuntime runtime = open(state);
        Run free = spec(0, Map.of(), "sh", "-c", "for i in 1 2 3 4 5 6; do sleep 100 & done; echo all; wait");
        Run run = new Run(free.ref(), withPids(free.spec(), 4));
        run.start(runtime, Optional.empty());
        await("its end", () -> runtime.exit(run.id()).isPresent());
        assertThat(Files.readString(runtime.output(run.id()))).contains("ork").doesNotContain("all");
    }

    private static ContainerSpec withPids(ContainerSpec spec, int pids) {
        return new ContainerSpec(
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
                spec.image(),
                spec.user(),
                spec.readOnly(),
                pids);
    }

    @Test
    void containerOverItsMemoryLimitIsSaidToHaveRunOutOfMemory() throws IOException {
        Assumptions.assumeTrue(cgroups.create("probe", 0, 1 << 26, 0).size() == 2, "this host lets nobody set limits");
        cgroups.remove("probe");
        ContainerRuntime runtime = open(state);
        Run spec = spec(32 << 20, Map.of(), "sh", "-c", "x=$(head -c 200000000 /dev/zero | tr '\\0' x); echo ${#x}");
        spec.start(runtime, Optional.empty());
        await("its end", () -> runtime.exit(spec.id()).isPresent());
        assertThat(runtime.exit(spec.id()).orElseThrow().outOfMemory())
                .as(Files.readString(runtime.output(spec.id())))
                .isTrue();
    }

    /** A full disk leaves files that are there and empty. */
    @Test
    void emptyFilesOfAContainerAreItsAffairAlone() throws IOException {
        ContainerRuntime runtime = open(state);
        Run ended = spec(0, Map.of(), "sh", "-c", "exit 4");
        Run portless = spec(0, Map.of(), "sleep", "100");
        Run whole = spec(0, Map.of(), "sleep", "100");
        for (Run run : List.of(ended, portless, whole)) {
            run.start(runtime, Optional.empty());
        }
        await("its end", () -> runtime.exit(ended.id()).isPresent());
        Files.writeString(state.resolve("containers/" + ended.id() + "/exit"), "");
        Files.writeString(state.resolve("containers/" + portless.id() + "/port"), "");
        assertThat(runtime.exit(ended.id())).contains(new Exit(-1, false));
        assertThat(open(state).list())
                .extracting(ContainerRuntime.Known::id)
                .containsExactlyInAnyOrder(ended.id(), portless.id(), whole.id());
        assertThat(open(state).list())
                .filteredOn(known -> known.id().equals(portless.id()))
                .extracting(ContainerRuntime.Known::address)
                .containsExactly(Address.NONE);
        // A port is still found for the next one.
        assertThat(spec(0, Map.of(), "sleep", "100")
                        .start(runtime, Optional.empty())
                        .port())
                .isPositive();
    }

    /** What one container has left goes to another as late as it can, whatever restarts meanwhile. */
    @Test
    void portsAreGivenInTurnAndThoseThatAreKeptAreNot() throws IOException {
        ContainerRuntime runtime = open(state);
        int first = sleep().start(runtime, Optional.empty()).port();
        Run second = sleep();
        int next = second.start(runtime, Optional.empty()).port();
        assertThat(next).isGreaterThan(first);
        runtime.kill(second.id());
        await("its end", () -> runtime.exit(second.id()).isPresent());
        runtime.remove(second.id());
        ContainerRuntime restarted = open(state);
        int third = sleep().start(restarted, Optional.empty()).port();
        assertThat(third).isGreaterThan(next);
        Run fourth = sleep();
        assertThat(restarted
                        .start(new ContainerRuntime.Launch(
                                fourth.ref(),
                                fourth.spec(),
                                0,
                                new KeptPlaces(Set.of(third + 1, third + 2), Set.of()),
                                Optional.empty()))
                        .port())
                .isGreaterThan(third + 2);
    }

    private static Run sleep() {
        return spec(0, Map.of(), "sleep", "100");
    }

    /** What answers on the port of a container that could not have it would be taken for the container. */
    @Test
    void fixedPortThatSomebodyElseHoldsIsRefusedWithTheHoldersName() throws IOException {
        ContainerRuntime runtime = open(state);
        try (ServerSocket stranger = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Run run = sleep();
            assertThatThrownBy(() -> run.start(runtime, stranger.getLocalPort()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContainingAll(
                            "port " + stranger.getLocalPort() + " of this host is held by process "
                                    + ProcessHandle.current().pid(),
                            "java",
                            "leave web.port out");
        }
    }

    @Test
    void fixedPortOfSomebodyWhoIsLeavingIsWaitedFor() throws Exception {
        ContainerRuntime runtime = open(state);
        ServerSocket leaving = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        CompletableFuture<Integer> start = CompletableFuture.supplyAsync(() -> {
            try {
                return sleep().start(runtime, leaving.getLocalPort()).port();
            } catch (IOException refused) {
                throw new UncheckedIOException(refused);
            }
        });
        TimeUnit.MILLISECONDS.sleep(300);
        assertThat(start).isNotDone();
        leaving.close();
        assertThat(start.get(10, TimeUnit.SECONDS)).isEqualTo(leaving.getLocalPort());
    }

    @Test
    void whoAnswersAndWhereAContainerListensIsTold() throws IOException {
        ContainerRuntime runtime = open(state);
        Run run = spec(
                0,
                Map.of(),
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx16m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Listen.class.getName(),
                "127.0.0.1",
                "0");
        int port = run.start(runtime, 0).port();
        await("its socket", () -> runtime.listening(run.id()).elsewhere().size() == 1);
        assertThat(runtime.listening(run.id()).stranger()).isEmpty();
        assertThat(runtime.listening(run.id()).elsewhere().getFirst()).startsWith("127.0.0.1:");
        try (ServerSocket stranger = new ServerSocket(port, 50, InetAddress.getLoopbackAddress())) {
            assertThat(runtime.listening(run.id()).stranger())
                    .as("who has " + stranger)
                    .hasValueSatisfying(who -> assertThat(who)
                            .startsWith("process " + ProcessHandle.current().pid() + " ("));
        }
    }

    @Test
    void containerThatAnswersItselfHasNoStranger() throws IOException {
        ContainerRuntime runtime = open(state);
        Run run = spec(
                0,
                Map.of(),
                "sh",
                "-c",
                "exec env -i PORT=$PORT "
                        + ProcessHandle.current().info().command().orElseThrow()
                        + " -Xmx16m -XX:TieredStopAtLevel=1 -cp '" + System.getProperty("java.class.path") + "' "
                        + Listen.class.getName() + " 0.0.0.0 $PORT");
        run.start(runtime, 0);
        await("its socket", () -> Files.readString(runtime.output(run.id())).contains("listens on"));
        assertThat(runtime.listening(run.id())).isEqualTo(new ContainerRuntime.Listening(Optional.empty(), List.of()));
    }

    /** After a reboot, or long enough after its end, another has the number: a daemon, with a group of its own. */
    @ParameterizedTest
    @ValueSource(strings = {"%d 1 %s", "%d %s 00000000-0000-0000-0000-000000000000", "%d 1"})
    void processThatOnlyHasTheNumberIsLeftAlone(String noted) throws Exception {
        ContainerRuntime runtime = open(state);
        Run run = spec(0, Map.of(), "sh", "-c", "exit 0");
        run.start(runtime, Optional.empty());
        await("its end", () -> runtime.exit(run.id()).isPresent());
        Path own = state.resolve("containers/" + run.id());
        Files.delete(own.resolve("exit"));
        Process stranger = new ProcessBuilder("setsid", "sleep", "1000").start();
        try {
            await(
                    "its session",
                    () -> Files.readString(Path.of("/proc/" + stranger.pid() + "/cmdline"))
                            .startsWith("sleep"));
            String[] itself = Processes.Started.of(stranger.pid()).toString().split(" ");
            Files.writeString(
                    own.resolve("process"),
                    noted.contains("0000")
                            ? noted.formatted(stranger.pid(), itself[1])
                            : noted.formatted(stranger.pid(), itself[2]));
            assertThat(runtime.exit(run.id())).contains(new Exit(-1, false));
            runtime.terminate(run.id());
            runtime.kill(run.id());
            runtime.remove(run.id());
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly().waitFor();
        }
    }

    @Test
    void containerWhoseProcessFileIsEmptyHasEnded() throws IOException {
        ContainerRuntime runtime = open(state);
        Run run = spec(0, Map.of(), "sh", "-c", "exit 0");
        run.start(runtime, Optional.empty());
        await("its end", () -> runtime.exit(run.id()).isPresent());
        Files.delete(state.resolve("containers/" + run.id() + "/exit"));
        Files.writeString(state.resolve("containers/" + run.id() + "/process"), "");
        assertThat(runtime.exit(run.id())).contains(new Exit(-1, false));
        runtime.terminate(run.id());
        runtime.kill(run.id());
        runtime.remove(run.id());
        assertThat(runtime.list()).isEmpty();
    }
}
