package dev.berth.agent.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.container.NodeCondition;
import dev.berth.agent.runtime.DiskSpace;
import dev.berth.agent.runtime.engine.TestEngine;
import dev.berth.agent.runtime.engine.TestKind;
import dev.berth.protocol.name.ImageKey;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real engine whose data is on a small disk of its own. */
class SmallDiskIT {
    private static final int MIBIBYTES = 64;

    @TempDir
    Path folder;

    private Path disk;
    private TestEngine engine;
    private EngineKit kit;

    @BeforeEach
    void begin() throws Exception {
        // An engine of this JVM's own is where the test is not skipped.
        TestEngine.shared(TestKind.DOCKER);
        disk = Files.createDirectory(folder.resolve("disk"));
        run("mount", "-t", "tmpfs", "-o", "size=" + MIBIBYTES + "m", "berth-test", disk.toString());
        engine = TestEngine.own(TestKind.DOCKER, "--data-root=" + disk);
        kit = new EngineKit(engine, folder);
    }

    @AfterEach
    void end() throws Exception {
        if (kit != null) {
            kit.close();
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

    @Test
    void unneededImageGoesSoonerWhereTheEnginesDiskIsNearlyFull() throws Exception {
        String name = kit.registry.push(engine, TestEngine.IMAGE, "team/app", "1");
        kit.reached.removeImage(TestEngine.IMAGE, Set.of());
        assertThat(kit.there()).isEmpty();
        String pinned = kit.pull(name);
        Set<Long> unneeded = Set.of(ImageKey.of(pinned));
        kit.images.collect(kit.reached, unneeded, Set.of());
        kit.images.collect(kit.reached, unneeded, Set.of());
        kit.time.steady = kit.time.steady.plusMinutes(10);
        kit.images.collect(kit.reached, unneeded, Set.of());
        assertThat(kit.there()).as("there is room").contains(pinned);
        fill(MIBIBYTES / 10 << 20);
        kit.images.collect(kit.reached, Set.of(), Set.of());
        assertThat(kit.there()).as("it is needed").contains(pinned);
        kit.images.collect(kit.reached, unneeded, Set.of());
        assertThat(kit.there()).as("it was needed just now").contains(pinned);
        kit.time.steady = kit.time.steady.plusMinutes(10);
        kit.images.collect(kit.reached, unneeded, Set.of());
        assertThat(kit.there()).isEmpty();
        assertThat(kit.images.keys()).isEmpty();
    }

    @Test
    void fullDiskOfTheEngineIsAConditionOfTheNode() throws Exception {
        HostEngine host = new HostEngine(() -> kit.reached, kit.state, kit.images, () -> {});
        HostWatch watch = new HostWatch(new DiskSpace(kit.state), host::folder, () -> {});
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
