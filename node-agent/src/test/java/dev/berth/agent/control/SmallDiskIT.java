package dev.berth.agent.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.container.NodeCondition;
import dev.berth.agent.runtime.DiskSpace;
import dev.berth.agent.runtime.HostPorts;
import dev.berth.agent.runtime.PortRange;
import dev.berth.agent.runtime.engine.AgentId;
import dev.berth.agent.runtime.engine.DockerRuntime;
import dev.berth.agent.runtime.engine.NodeVolumes;
import dev.berth.agent.runtime.engine.Pull;
import dev.berth.agent.runtime.engine.TestEngine;
import dev.berth.agent.runtime.engine.TestKind;
import dev.berth.agent.runtime.engine.TestRegistry;
import dev.berth.protocol.name.ImageKey;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real engine whose data is on a small disk of its own. */
class SmallDiskIT {
    private static final int MIBIBYTES = 64;

    @TempDir
    Path folder;

    private final Clocks time = new Clocks();
    private Path disk;
    private Path state;
    private TestEngine engine;
    private TestRegistry registry;
    private ReachedEngine reached;
    private HostImages images;

    @BeforeEach
    void begin() throws Exception {
        // An engine of this JVM's own is where the test is not skipped.
        TestEngine.shared(TestKind.DOCKER);
        disk = Files.createDirectory(folder.resolve("disk"));
        run("mount", "-t", "tmpfs", "-o", "size=" + MIBIBYTES + "m", "berth-test", disk.toString());
        engine = TestEngine.own("--data-root=" + disk);
        registry = new TestRegistry(folder);
        state = Files.createDirectory(folder.resolve("state"));
        InetAddress host = InetAddress.getLoopbackAddress();
        reached = new LocalEngine(
                        engine.settings(),
                        registry.login(folder, TestRegistry.PASSWORD),
                        new DockerRuntime.Settings(
                                state,
                                AgentId.of(state),
                                "local-1",
                                "127.0.0.1",
                                DockerRuntime.Reach.BRIDGE,
                                new HostPorts(host, state, new PortRange(31_000, 31_009)),
                                NodeVolumes.NONE))
                .call();
        images = new HostImages(state, Duration.ofDays(1), time);
    }

    @AfterEach
    void end() throws Exception {
        if (reached != null) {
            ((AutoCloseable) reached.runtime()).close();
        }
        if (registry != null) {
            registry.close();
        }
        if (engine != null) {
            engine.close();
        }
        run("umount", disk.toString());
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    /** Until no more than so much is free. */
    private void fill(long free) throws IOException {
        FileStore store = Files.getFileStore(disk);
        byte[] piece = new byte[1 << 16];
        while (store.getUsableSpace() > free) {
            Files.write(disk.resolve("filler"), piece, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }

    private Set<String> there() throws IOException {
        return reached.images().values().stream().flatMap(Collection::stream).collect(Collectors.toSet());
    }

    @Test
    void unneededImageGoesSoonerWhereTheEnginesDiskIsNearlyFull() throws Exception {
        String name = registry.push(engine, TestEngine.IMAGE, "team/app", "1");
        reached.removeImage(TestEngine.IMAGE, Set.of());
        assertThat(there()).isEmpty();
        String pinned = ((Pull.Pulled) images.pull(reached, name, progress -> {})).pinned();
        Set<Long> unneeded = Set.of(ImageKey.of(pinned));
        images.collect(reached, unneeded, Set.of());
        images.collect(reached, unneeded, Set.of());
        time.steady = time.steady.plusMinutes(10);
        images.collect(reached, unneeded, Set.of());
        assertThat(there()).as("there is room").contains(pinned);
        fill(MIBIBYTES / 10 << 20);
        images.collect(reached, Set.of(), Set.of());
        assertThat(there()).as("it is needed").contains(pinned);
        images.collect(reached, unneeded, Set.of());
        assertThat(there()).as("it was needed just now").contains(pinned);
        time.steady = time.steady.plusMinutes(10);
        images.collect(reached, unneeded, Set.of());
        assertThat(there()).isEmpty();
        assertThat(images.keys()).isEmpty();
    }

    @Test
    void fullDiskOfTheEngineIsAConditionOfTheNode() throws Exception {
        HostEngine host = new HostEngine(() -> reached, state, images, () -> {});
        HostWatch watch = new HostWatch(new DiskSpace(state), host::folder, () -> {});
        watch.look();
        assertThat(watch.conditions()).as("nobody knows where its data is").isEmpty();
        host.look(known -> {});
        assertThat(host.folder()).contains(disk);
        watch.look();
        assertThat(watch.conditions()).isEmpty();
        fill(1 << 20);
        watch.look();
        assertThat(watch.conditions())
                .singleElement()
                .returns(NodeCondition.Kind.ENGINE_DISK, NodeCondition::kind)
                .satisfies(condition -> assertThat(condition.reason())
                        .startsWith("disk full: ")
                        .endsWith(" of 64 MiB free under " + disk
                                + "; new containers of images come here again when 3.20 MiB are"));
        Files.delete(disk.resolve("filler"));
        watch.look();
        assertThat(watch.conditions()).isEmpty();
        HostWatch onOneDisk = new HostWatch(new DiskSpace(disk), host::folder, () -> {});
        fill(1 << 20);
        onOneDisk.look();
        assertThat(onOneDisk.conditions())
                .as("one disk is said once")
                .singleElement()
                .returns(NodeCondition.Kind.DISK, NodeCondition::kind);
    }
}
