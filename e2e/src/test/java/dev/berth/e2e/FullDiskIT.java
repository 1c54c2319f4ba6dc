package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.client.Container;
import dev.berth.client.Node;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node whose disk is full: a small file system of its own stands for it. */
@Timeout(300)
class FullDiskIT {
    private static final String NODE = "local-2";
    private LocalBerth berth;
    private Path state;

    @BeforeEach
    void putTheNodeOnASmallDisk() throws Exception {
        berth = LocalBerth.shared();
        state = berth.home.state().resolve("nodes").resolve(NODE);
        Assumptions.assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=16m", "berth-disk", state.toString()) == 0,
                "a small file system can't be mounted here: run this test as root");
        berth.restart(NODE);
    }

    @AfterEach
    void giveItsDiskBack() throws Exception {
        berth.awaitAll();
        berth.stopAll();
        run("umount", "--lazy", state.toString());
        berth.restart(NODE);
    }

    private static int run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private Node node() {
        return berth.client().nodes().stream()
                .filter(node -> node.name().equals(NODE))
                .findFirst()
                .orElseThrow();
    }

    private List<Container> containers(String app) {
        return berth.client().containers(app).stream()
                .filter(container -> container.node().equals(NODE))
                .toList();
    }

    private void fill() throws IOException {
        try (OutputStream filler = Files.newOutputStream(state.resolve("filler"))) {
            byte[] block = new byte[4096];
            while (true) {
                filler.write(block);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    @Test
    void fullDiskIsSaidAndTakesNothingNewAndItsContainersServeOn() throws Exception {
        berth.roll(LocalBerth.manifest("kept", 2, "", ""));
        Container kept = containers("kept").getFirst();
        try (Load load = new Load(berth, "kept", 1, 2)) {
            load.pausing(20).plain(4);
            fill();
            LocalBerth.await(
                    "word of the full disk",
                    Duration.ofSeconds(10),
                    () -> !node().conditions().isEmpty());
            assertThat(node().conditions())
                    .singleElement()
                    .asString()
                    .startsWith("disk full: 0 B of 16 MiB free under " + state);
            assertThat(node().state()).isEqualTo("ready");

            assertThat(berth.roll(LocalBerth.manifest("more", 3, "", ""))
                            .path("outcome")
                            .asText())
                    .isEqualTo("live");
            assertThat(containers("more")).isEmpty();

            // An agent that starts on a full disk adopts what runs.
            berth.restart(NODE);
            LocalBerth.await(
                    "word of it again",
                    Duration.ofSeconds(10),
                    () -> !node().conditions().isEmpty());
            assertThat(containers("kept")).extracting(Container::id).containsExactly(kept.id());
            assertThat(load.failures).isEmpty();
        }

        // One that ends there can't even note how, and is replaced where there is space.
        Path command = state.resolve("containers").resolve(kept.id()).resolve("command");
        run("kill", "-KILL", Files.readString(command).strip());
        LocalBerth.await(
                "its replacement on another node",
                Duration.ofSeconds(30),
                () -> berth.client().containers("kept").stream()
                                .filter(container -> container.state().equals("ready")
                                        && !container.node().equals(NODE))
                                .count()
                        == 2);
        assertThat(node().state()).isEqualTo("ready");

        Files.delete(state.resolve("filler"));
        LocalBerth.await(
                "word of its space",
                Duration.ofSeconds(10),
                () -> node().conditions().isEmpty());
        berth.roll(LocalBerth.manifest("after", 2, "", ""));
        assertThat(containers("after")).hasSize(1);
    }
}
