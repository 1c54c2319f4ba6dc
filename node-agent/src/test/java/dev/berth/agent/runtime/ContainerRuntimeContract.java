package dev.berth.agent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.container.Address;
import dev.berth.agent.container.ContainerRef;
import dev.berth.agent.container.ContainerSpec;
import dev.berth.agent.container.Exit;
import dev.berth.agent.container.KeptPlaces;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link ContainerRuntime} does, with real containers. */
abstract class ContainerRuntimeContract {
    @TempDir
    Path state;

    private ContainerRuntime runtime;

    /** A runtime over a state folder; called again, it is the runtime of an agent that was started anew. */
    abstract ContainerRuntime open(Path folder) throws IOException;

    /** Of an agent with this folder. */
    static HostPorts ports(Path folder) {
        return new HostPorts(InetAddress.getLoopbackAddress(), folder, new PortRange(20_000, 31_999));
    }

    /** How many are ended within 10 ms of their start, each later than the one before. */
    int earlyEnds() {
        return 40;
    }

    /** How a command ends that is not there. */
    int notFound() {
        return 127;
    }

    /** What is said of it. */
    String saysNotFound(String program) {
        return program;
    }

    /** Where a container finds the source that it was given. */
    abstract String path(Path source);

    @BeforeEach
    void openRuntime() throws IOException {
        runtime = open(state);
    }

    @AfterEach
    void leaveNothing() throws IOException {
        for (ContainerRuntime.Known known : runtime.list()) {
            runtime.kill(known.id());
            await("its end", () -> runtime.exit(known.id()).isPresent());
            runtime.remove(known.id());
        }
        assertThat(runtime.list()).isEmpty();
    }

    /** One container to be. */
    record Run(ContainerRef ref, ContainerSpec spec) {
        String id() {
            return ref.id();
        }

        Address start(ContainerRuntime on, Optional<Path> source) throws IOException {
            return on.start(new ContainerRuntime.Launch(ref, spec, 0, KeptPlaces.NONE, source));
        }

        Address start(ContainerRuntime on, int port) throws IOException {
            return on.start(new ContainerRuntime.Launch(ref, spec, port, KeptPlaces.NONE, Optional.empty()));
        }
    }

    static Run spec(long memoryLimit, Map<String, String> env, String... command) {
        return new Run(
                new ContainerRef("c-" + UUID.randomUUID().toString().substring(0, 8), "main", "app", 3, "web"),
                ContainerSpec.processes(
                        "d",
                        List.of(command),
                        env,
                        0,
                        "",
                        0,
                        memoryLimit,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(5),
                        ""));
    }

    /** One that this runtime can run: as a process, or in an image that has a shell. */
    Run run(long memoryLimit, Map<String, String> env, String... command) {
        return spec(memoryLimit, env, command);
    }

    private Run shell(String script) {
        return run(0, Map.of("GREETING", "hi"), "sh", "-c", script);
    }

    static void await(String what, Callable<Boolean> condition) {
        long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        try {
            while (!condition.call()) {
                assertThat(System.nanoTime()).as("waited in vain for " + what).isLessThan(until);
                java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
            }
        } catch (Exception fault) {
            throw new AssertionError(fault);
        }
    }

    private Exit exit(String id) throws IOException {
        await("the end of " + id, () -> runtime.exit(id).isPresent());
        return runtime.exit(id).orElseThrow();
    }

    /** What it has of a container's output itself, of an engine that may lose some; empty of all that lose none. */
    Optional<String> ofTheEngine(String id) throws IOException {
        return Optional.empty();
    }

    /** Of a container that has ended. What an engine lost nobody can have; of what it has nothing may be missing. */
    private void assertOutput(String id, Consumer<String> holds) throws IOException {
        Optional<String> engines = ofTheEngine(id);
        if (engines.isPresent()) {
            try {
                holds.accept(engines.get());
            } catch (AssertionError lost) {
                System.err.println("the engine has lost output of " + id + ": " + lost.getMessage());
                assertThat(output(id).lines())
                        .containsExactlyInAnyOrderElementsOf(
                                engines.get().lines().toList());
                return;
            }
        }
        holds.accept(output(id));
    }

    private String output(String id) throws IOException {
        Path file = runtime.output(id);
        return Files.exists(file) ? Files.readString(file) : "";
    }

    @Test
    void givesPortEnvironmentAndNothingOfItsOwn() throws IOException {
        Run spec = shell("echo $PORT $GREETING $BERTH_APP $BERTH_VERSION; env | grep -c BERTH_CLUSTER");
        int port = spec.start(runtime, Optional.empty()).port();
        exit(spec.id());
        assertOutput(spec.id(), said -> assertThat(said).isEqualTo(port + " hi app 3\n0\n"));
    }

    @Test
    void runsInItsSource() throws IOException {
        Path source = Files.createDirectory(state.resolve("source"));
        Files.writeString(source.resolve("data.txt"), "from the source");
        Run spec = shell("cat data.txt");
        spec.start(runtime, Optional.of(source));
        exit(spec.id());
        assertOutput(spec.id(), said -> assertThat(said).isEqualTo("from the source"));
    }

    /** A bundle is of all versions with its digest; what one writes no other may see. */
    @Test
    void whatItWritesIntoItsSourceIsItsOwn() throws IOException {
        Path source = Files.createDirectories(state.resolve("source/sub"));
        Files.writeString(source.resolve("helper.py"), "original");
        Files.setPosixFilePermissions(
                source.resolve("helper.py"), java.nio.file.attribute.PosixFilePermissions.fromString("r--r--r--"));
        Files.createSymbolicLink(source.resolve("link"), Path.of("helper.py"));
        Run first = shell("echo changed >sub/helper.py && echo more >>sub/link && echo x >app.db && cat sub/helper.py");
        first.start(runtime, Optional.of(state.resolve("source")));
        exit(first.id());
        assertOutput(first.id(), said -> assertThat(said).isEqualTo("changed\nmore\n"));
        Run second = shell("cat sub/link; ls");
        second.start(runtime, Optional.of(state.resolve("source")));
        exit(second.id());
        assertOutput(second.id(), said -> assertThat(said).isEqualTo("originalsub\n"));
        assertThat(source.resolve("helper.py")).hasContent("original");
    }

    /** By name, as scripts do it. */
    @ParameterizedTest
    @ValueSource(strings = {"/dev/stderr", "/dev/stdout", "/proc/self/fd/1"})
    void openingItsOutputAnewLosesNothing(String name) throws IOException {
        Run run = shell("echo one; echo two >" + name + "; echo three; sh -c 'echo four >" + name + "'; echo five >&2");
        run.start(runtime, Optional.empty());
        exit(run.id());
        // An engine reads both from a pipe each.
        assertOutput(
                run.id(),
                said -> assertThat(said.lines()).containsExactlyInAnyOrder("one", "two", "three", "four", "five"));
    }

    /** Those of the shell above it, its helpers and the loader among them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "PATH",
                "LD_PRELOAD",
                "IFS",
                "ENV",
                "BASH_ENV",
                "PPID",
                "PWD",
                "OPTIND",
                "PS4",
                "UID",
                "HOME",
                "LANG"
            })
    void variablesArriveAsTheyAreAndBreakNothing(String name) throws IOException {
        Run run = run(0, Map.of(name, "/nowhere/ü $(x) 'y'"), "/usr/bin/env");
        run.start(runtime, Optional.empty());
        assertThat(exit(run.id()).code()).as(output(run.id())).isZero();
        assertOutput(run.id(), said -> assertThat(said).contains(name + "=/nowhere/ü $(x) 'y'\n"));
    }

    @Test
    void commandIsFoundByItsOwnPath() throws IOException {
        Path tools = Files.createDirectories(state.resolve("source"));
        Path tool = Files.writeString(tools.resolve("tool-of-its-own"), "#!/bin/sh\necho found $PATH\n");
        Files.setPosixFilePermissions(tool, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        Run run = run(0, Map.of("PATH", path(tools)), "tool-of-its-own");
        run.start(runtime, Optional.of(tools));
        exit(run.id());
        assertOutput(run.id(), said -> assertThat(said).isEqualTo("found " + path(tools) + "\n"));
    }

    @Test
    void keepsTheExitStatusAndBothOutputs() throws IOException {
        Run spec = shell("echo out; echo err >&2; exit 7");
        spec.start(runtime, Optional.empty());
        assertThat(exit(spec.id()).code()).isEqualTo(7);
        assertOutput(spec.id(), said -> assertThat(said).contains("out\n", "err\n"));
    }

    @Test
    void commandThatIsNotThereEndsAndSaysSo() throws IOException {
        Run spec = run(0, Map.of(), "no-such-program-here");
        spec.start(runtime, Optional.empty());
        assertThat(exit(spec.id()).code()).isEqualTo(notFound());
        assertThat(output(spec.id())).contains(saysNotFound("no-such-program-here"));
    }

    @Test
    void terminateLetsItEndInOrder() throws IOException {
        Run spec = shell("trap 'echo bye; exit 5' TERM; echo ready; while :; do sleep 0.1; done");
        spec.start(runtime, Optional.empty());
        await("its start", () -> output(spec.id()).contains("ready"));
        assertThat(runtime.exit(spec.id())).isEmpty();
        runtime.terminate(spec.id());
        assertThat(exit(spec.id()).code()).isEqualTo(5);
        assertOutput(spec.id(), said -> assertThat(said).contains("bye"));
    }

    @Test
    void killEndsTheWholeGroup() throws IOException {
        Run spec = shell("trap '' TERM; sleep 1000 & echo $!; wait");
        spec.start(runtime, Optional.empty());
        await("its child", () -> output(spec.id()).endsWith("\n"));
        long child = Long.parseLong(output(spec.id()).strip());
        runtime.terminate(spec.id());
        runtime.kill(spec.id());
        exit(spec.id());
        await("its child's end", () -> !lives(spec, child));
    }

    /** In its group, in one of its own, in a session of its own, forked twice as a daemon is, and deaf. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "sleep 1000 & echo $!; wait",
                "exec bash -c 'set -m; sleep 1000 & echo $!; wait'",
                "setsid sh -c 'echo $$; exec sleep 1000' & wait",
                "sh -c 'setsid sh -c \"echo \\$\\$; exec sleep 1000\" &'; sleep 1000",
                "trap '' TERM; setsid sh -c 'trap \"\" TERM; echo $$; while :; do sleep 0.1; done' & wait",
            })
    void nothingThatItStartedOutlivesIt(String script) throws IOException {
        Run run = shell(script);
        run.start(runtime, Optional.empty());
        await("its child", () -> output(run.id()).endsWith("\n"));
        long child = Long.parseLong(output(run.id()).strip());
        assertThat(lives(run, child)).isTrue();
        runtime.kill(run.id());
        await("its end", () -> runtime.exit(run.id()).isPresent());
        await("its child's end", () -> !lives(run, child));
    }

    /** @param process as the container itself knows it */
    boolean lives(Run run, long process) {
        return ProcessHandle.of(process).map(ProcessHandle::isAlive).orElse(false);
    }

    @Test
    void whatItLeftRunningEndsWhenItIsRemoved() throws IOException {
        Run run = shell("setsid sh -c 'echo $$; exec sleep 1000' & sleep 0.2");
        run.start(runtime, Optional.empty());
        assertThat(exit(run.id()).code()).isZero();
        long child = Long.parseLong(output(run.id()).strip());
        ContainerRuntime next = open(state);
        next.remove(run.id());
        await("its child's end", () -> !lives(run, child));
    }

    /** As programs do that write their title over it. */
    @Test
    void whatItLeftRunningWithoutAnEnvironmentInItsSessionEndsToo() throws IOException {
        Run run = shell("env -i sh -c 'echo $$; exec sleep 1000' & sleep 0.2");
        run.start(runtime, Optional.empty());
        assertThat(exit(run.id()).code()).isZero();
        long child = Long.parseLong(output(run.id()).strip());
        runtime.kill(run.id());
        await("its child's end", () -> !lives(run, child));
    }

    @Test
    void endsAlsoWhenItIsToldToWhileItsCommandIsBeingStarted() throws Exception {
        for (int i = 0; i < earlyEnds(); i++) {
            Run spec = shell("sleep 1000");
            spec.start(runtime, Optional.empty());
            java.util.concurrent.locks.LockSupport.parkNanos(i * 10_000_000L / earlyEnds());
            runtime.terminate(spec.id());
            await("its end", () -> runtime.exit(spec.id()).isPresent());
            runtime.remove(spec.id());
        }
    }

    @Test
    void outlivesItsAgentWhichFindsItAgain() throws IOException {
        Run spec = shell("trap 'exit 9' TERM; echo ready; while :; do sleep 0.1; done");
        Address address = spec.start(runtime, Optional.empty());
        await("its start", () -> output(spec.id()).contains("ready"));
        ContainerRuntime next = open(state);
        assertThat(next.list()).containsExactly(new ContainerRuntime.Known(spec.id(), address));
        assertThat(next.exit(spec.id())).isEmpty();
        next.terminate(spec.id());
        await("its end", () -> next.exit(spec.id()).isPresent());
        assertThat(next.exit(spec.id()).orElseThrow().code()).isEqualTo(9);
    }

    @Test
    void exitWhileNobodyWatchedIsStillKnown() throws IOException {
        Run spec = shell("exit 4");
        spec.start(runtime, Optional.empty());
        exit(spec.id());
        assertThat(open(state).exit(spec.id())).contains(new Exit(4, false));
    }

    @Test
    void endIsToldAlsoOfOneThatAnEarlierAgentStarted() throws IOException {
        Set<String> told = ConcurrentHashMap.newKeySet();
        runtime.watch(told::add);
        Run first = shell("trap 'exit 4' TERM; echo ready; while :; do sleep 0.02; done");
        Run second = shell("sleep 1000");
        for (Run run : List.of(first, second)) {
            run.start(runtime, Optional.empty());
        }
        await("its start", () -> output(first.id()).contains("ready"));
        assertThat(told).isEmpty();
        runtime.terminate(first.id());
        await("its end", () -> told.contains(first.id()));
        assertThat(runtime.exit(first.id())).contains(new Exit(4, false));
        assertThat(told).containsExactly(first.id());

        ContainerRuntime next = open(state);
        Set<String> toldToNext = ConcurrentHashMap.newKeySet();
        next.watch(toldToNext::add);
        await("what ended before", () -> toldToNext.contains(first.id()));
        assertThat(toldToNext).containsExactly(first.id());
        next.kill(second.id());
        await("its end", () -> toldToNext.contains(second.id()));
    }

    @Test
    void twoContainersGetTwoPorts() throws IOException {
        Run first = shell("sleep 100");
        Run second = shell("sleep 100");
        assertThat(first.start(runtime, Optional.empty())).isNotEqualTo(second.start(runtime, Optional.empty()));
    }

    @Test
    void removedOneIsForgotten() throws IOException {
        Run spec = shell("exit 0");
        spec.start(runtime, Optional.empty());
        exit(spec.id());
        runtime.remove(spec.id());
        assertThat(runtime.list()).isEmpty();
        runtime.remove(spec.id());
    }
}
