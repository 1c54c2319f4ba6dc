package dev.berth.agent.runtime;

import dev.berth.agent.container.ContainerSpec;
import dev.berth.agent.container.Image;
import dev.berth.agent.runtime.engine.AgentId;
import dev.berth.agent.runtime.engine.DockerRuntime;
import dev.berth.agent.runtime.engine.Engine;
import dev.berth.agent.runtime.engine.TestEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** Containers of a real engine. */
class DockerRuntimeIT extends ContainerRuntimeContract {
    private static Engine engine;
    private final List<DockerRuntime> opened = new ArrayList<>();

    @BeforeAll
    static void connect() throws IOException {
        engine = Engine.connect(TestEngine.shared().settings());
    }

    @AfterAll
    static void disconnect() throws IOException {
        if (engine != null) {
            engine.close();
        }
    }

    @Override
    DockerRuntime open(Path folder) throws IOException {
        DockerRuntime runtime = new DockerRuntime(
                engine,
                new DockerRuntime.Settings(
                        folder,
                        AgentId.of(folder),
                        "test",
                        "127.0.0.1",
                        DockerRuntime.Reach.BRIDGE,
                        new PortRange(18_000, 18_999)));
        opened.add(runtime);
        return runtime;
    }

    @AfterEach
    void closeRuntimes() {
        opened.forEach(DockerRuntime::close);
    }

    @Override
    Run run(long memoryLimit, Map<String, String> env, String... command) {
        return inImage(spec(memoryLimit, env, command));
    }

    private static Run inImage(Run run) {
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
                        Optional.of(new Image(TestEngine.IMAGE, List.of(), "", false, 0, List.of(), List.of())),
                        spec.user(),
                        spec.readOnly(),
                        spec.pids()));
    }

    /** All of it ends with its first process. */
    @Override
    boolean leavesNothingRunning() {
        return true;
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
}
