package dev.berth.agent.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.container.ContainerRef;
import dev.berth.agent.container.Exit;
import dev.berth.agent.container.KeptPlaces;
import dev.berth.agent.runtime.Cgroups;
import dev.berth.agent.runtime.ContainerRuntime;
import dev.berth.agent.runtime.HostPorts;
import dev.berth.agent.runtime.PortRange;
import dev.berth.agent.runtime.ProcessRuntime;
import dev.berth.agent.store.Containers;
import dev.berth.agent.store.Specs;
import dev.berth.protocol.v1.ContainerSpec;
import dev.berth.protocol.v1.WebSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class EndContainersIT {
    @TempDir
    Path state;

    private ContainerRuntime runtime;

    @BeforeEach
    void open() throws IOException {
        runtime = new ProcessRuntime(
                state,
                Cgroups.detect(Path.of("/sys/fs/cgroup"), "test", false),
                "127.0.0.1",
                new HostPorts(InetAddress.getLoopbackAddress(), state, new PortRange(20_000, 31_999)));
    }

    private void start(String id, String script, Duration grace) throws Exception {
        byte[] spec = ContainerSpec.newBuilder()
                .setWeb(WebSpec.getDefaultInstance())
                .addCommand("sh")
                .addCommand("-c")
                .addCommand(script)
                .setStopGraceMillis(grace.toMillis())
                .build()
                .toByteArray();
        Specs specs = new Specs(state);
        ContainerRef ref = new ContainerRef(id, "main", "app", 1, "web");
        dev.berth.agent.container.ContainerSpec kept = specs.keep(Specs.digest(spec), spec);
        new Containers(state, specs).keep(ref, kept.digest(), Instant.EPOCH, Optional.empty());
        runtime.start(new ContainerRuntime.Launch(ref, kept, 0, KeptPlaces.NONE, Optional.empty()));
        await(() -> Files.exists(runtime.output(id)) && Files.size(runtime.output(id)) > 0);
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("waited in vain").isLessThan(until);
            LockSupport.parkNanos(5_000_000);
        }
    }

    @Test
    @Timeout(60)
    void eachIsAskedFirstAndMadeToAfterItsGraceAndNothingIsLeft() throws Exception {
        start(
                "polite",
                "trap 'sleep 0.3; echo bye; exit 3' TERM; echo up; while :; do sleep 0.05; done",
                Duration.ofSeconds(8));
        start("deaf", "trap '' TERM; env -u BERTH_CONTAINER setsid sleep 1000 & echo $!; wait", Duration.ofMillis(200));
        long child = Long.parseLong(Files.readString(runtime.output("deaf")).strip());
        assertThat(EndContainers.of(runtime, new Containers(state, new Specs(state))))
                .isEmpty();
        assertThat(runtime.exit("polite")).contains(new Exit(3, false));
        assertThat(Files.readString(runtime.output("polite"))).endsWith("bye\n");
        assertThat(runtime.exit("deaf")).contains(new Exit(137, false));
        await(() -> ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty());
        for (ContainerRuntime.Known known : runtime.list()) {
            runtime.remove(known.id());
        }
    }
}
