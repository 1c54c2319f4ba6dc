package dev.berth.agent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.container.ContainerSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class ProcessRuntimeIT extends ContainerRuntimeContract {
    private final Cgroups cgroups = Cgroups.detect(Path.of("/sys/fs/cgroup"), "test");

    @Override
    ContainerRuntime open(Path folder) throws IOException {
        return new ProcessRuntime(folder, cgroups, InetAddress.getLoopbackAddress());
    }

    @Test
    void containerOverItsMemoryLimitIsSaidToHaveRunOutOfMemory() throws IOException {
        Assumptions.assumeTrue(!cgroups.create("probe", 0, 1 << 26).isEmpty(), "this host lets nobody set limits");
        cgroups.remove("probe");
        ContainerRuntime runtime = open(state);
        ContainerSpec spec = spec(32 << 20, Map.of(), "sh", "-c",
                "x=$(head -c 200000000 /dev/zero | tr '\\0' x); echo ${#x}");
        runtime.start(spec, Optional.empty());
        await("its end", () -> runtime.exit(spec.id()).isPresent());
        assertThat(runtime.exit(spec.id()).orElseThrow().outOfMemory()).as(Files.readString(runtime.output(spec.id())))
                .isTrue();
    }
}
