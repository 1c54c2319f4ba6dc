package dev.berth.e2e;

import static dev.berth.e2e.EngineBerth.live;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.agent.runtime.engine.TestEngine;
import dev.berth.agent.runtime.engine.TestRegistry;
import dev.berth.client.ApiJson;
import dev.berth.client.BerthClient;
import dev.berth.client.ManifestFile;
import dev.berth.client.Node;
import dev.berth.client.SourceBundle;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Apps of images on a real engine: what they promise is what apps of processes do, whatever becomes of the engine. */
@Timeout(240)
class EngineIT {
    private static EngineBerth all;
    private static LocalBerth berth;
    private static TestEngine engine;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws IOException {
        all = EngineBerth.start("engine", "a", "b");
        berth = all.berth;
        engine = all.engine;
    }

    /** The end of a Berth is the end of its containers on an engine too. */
    @AfterAll
    static void end() throws IOException {
        if (all == null) {
            return;
        }
        try {
            live(berth.roll(EngineBerth.manifest("last", "echo:a", 1)));
            berth.stop();
            assertThat(engine.seen().values()).hasSize(1).noneMatch(TestEngine.Seen::running);
        } finally {
            all.close();
        }
    }

    @AfterEach
    void leaveNothing() throws IOException {
        berth.awaitAll();
        berth.stopAll();
        LocalBerth.await(
                "an engine without containers",
                Duration.ofSeconds(30),
                () -> engine.containers().isEmpty());
    }

    private static Load load(String app) {
        Load load = new Load(berth, app, 1);
        load.newest.put("a", 1);
        load.newest.put("b", 2);
        return load.pausing(10);
    }

    @Test
    void upSaysWhichEngineItFound() {
        assertThat(berth.said)
                .anySatisfy(line -> assertThat(line)
                        .startsWith("apps with an image run on " + EngineBerth.KIND.called())
                        .endsWith(" at " + engine.settings().host()));
    }

    @Test
    void imagesAreDeployedAndRolledBackUnderLoadAndLeaveNothing() throws Exception {
        live(berth.roll(EngineBerth.manifest("busy", "echo:a", 2)));
        Map<String, TestEngine.Seen> first = all.running("busy");
        assertThat(first).hasSize(2);
        Load load = load("busy");
        try (load) {
            load.plain(4).posts(2).slow(2, 1_000);
            live(berth.roll(EngineBerth.manifest("busy", "echo:b", 2)));
            load.floor.set(2);
            assertThat(berth.receipt("busy", 2).path("dropped").asInt()).isZero();
            LocalBerth.await(
                    "the end of the old containers in the engine",
                    Duration.ofSeconds(30),
                    () -> engine.seen().size() == 2);
            assertThat(all.running("busy"))
                    .hasSize(2)
                    .doesNotContainKeys(first.keySet().toArray(String[]::new));
            load.newest.put("a", 3);
            JsonNode back = ApiJson.of(berth.client().rollback("busy", 0));
            live(berth.outcome("busy", back.path("version").asInt()));
            load.floor.set(3);
        }
        assertThat(load.failures).isEmpty();
        assertThat(all.mode("busy")).isEqualTo("a");
        berth.client().stop("busy");
        LocalBerth.await(
                "an engine without containers",
                Duration.ofSeconds(30),
                () -> engine.containers().isEmpty());
    }

    @Test
    void codeIsDeployedIntoAnImageThatStaysAsItIs() throws Exception {
        Path source = Files.createDirectory(folder.resolve("source"));
        String code = Files.readString(LocalBerth.ROOT.resolve("e2e/src/test/images/echo/echo.py"));
        for (int version = 1; version <= 2; version++) {
            Files.writeString(source.resolve("main.py"), code.replace("MODE = ", "MODE = 'code " + version + "'  # "));
            String manifest =
                    EngineBerth.manifest("code", "python:3.13-slim", 1) + "    command: [python, main.py]\nsource: .\n";
            try (SourceBundle bundle = SourceBundle.of(source, 1 << 20)) {
                berth.client().uploadSource(bundle.digest(), bundle.file());
                berth.client()
                        .deploy(
                                "code",
                                manifest,
                                bundle.digest(),
                                new BerthClient.DeployOptions("", "", "", "", false));
            }
            live(berth.outcome("code", version));
            assertThat(all.mode("code")).isEqualTo("code " + version);
        }
    }

    @Test
    void exampleIsBuiltAndDeployedAsItsReadmeSays() throws Exception {
        Path example = LocalBerth.ROOT.resolve("examples/python-image");
        engine.build("python-image:1", example);
        live(berth.roll(ManifestFile.read(example.resolve("berth.yaml")).text()));
        assertThat(all.get(berth, "python-image").body()).isEqualTo("Hello from python-image v1, in a container\n");
    }

    @Test
    void agentThatWasKilledAdoptsItsContainers() throws Exception {
        live(berth.roll(EngineBerth.manifest("adopt", "echo:a", 2)));
        Map<String, TestEngine.Seen> before = all.running("adopt");
        assertThat(before).hasSize(2);
        Load load = load("adopt");
        try (load) {
            load.plain(4).posts(2).slow(2, 1_000);
            berth.restart(EngineBerth.NODE);
            assertThat(all.running("adopt")).isEqualTo(before);
            // The adopted ones can be replaced like any others.
            live(berth.roll(EngineBerth.manifest("adopt", "echo:b", 2)));
            load.floor.set(2);
            berth.receipt("adopt", 2);
        }
        assertThat(load.failures).isEmpty();
        LocalBerth.await(
                "the end of the adopted containers in the engine",
                Duration.ofSeconds(30),
                () -> engine.seen().values().stream().noneMatch(before::containsValue));
    }

    @ParameterizedTest
    @CsvSource({"false, there is no such socket", "true, start the engine"})
    void engineThatIsAwayIsSaidAndWhatItRunsServesOn(boolean crash, String words) throws Exception {
        String app = crash ? "crashed" : "ended";
        live(berth.roll(EngineBerth.manifest(app, "echo:a", 2)));
        Map<String, TestEngine.Seen> before = all.running(app);
        Load load = load(app);
        try (load) {
            load.plain(2).slow(1, 1_000);
            if (crash) {
                engine.crash();
            } else {
                engine.end();
            }
            try {
                LocalBerth.await(
                        "word that the engine is away",
                        EngineBerth.NOTICED,
                        () -> !all.node().conditions().isEmpty());
                Node node = all.node();
                assertThat(node.conditions())
                        .singleElement()
                        .asString()
                        .contains(engine.settings().host().toString(), words);
                assertThat(node.state()).isEqualTo("ready");
                assertThat(all.typed("node", "list")).contains(words);
                // What can't be started now waits, and what runs is not taken for dead.
                berth.deploy(EngineBerth.manifest(app, "echo:b", 2));
                LocalBerth.await(
                        "the reason why the next version waits",
                        Duration.ofSeconds(10),
                        () -> berth.client().show(app).reasons().toString().contains("container engine"));
                assertThat(berth.client().containers(app).stream()
                                .filter(container -> container.state().equals("ready"))
                                .map(container -> container.id()))
                        .containsExactlyInAnyOrderElementsOf(before.keySet());
            } finally {
                engine.begin();
            }
            LocalBerth.await(
                    "word that it is back",
                    EngineBerth.NOTICED,
                    () -> all.node().conditions().isEmpty());
            live(berth.outcome(app, 2));
            load.floor.set(2);
        }
        assertThat(load.failures).isEmpty();
        berth.receipt(app, 2);
    }

    @Test
    void appWaitsForAnEngineAndStartsWhenOneAppears() throws Exception {
        engine.end();
        try {
            berth.restart(EngineBerth.NODE);
            LocalBerth.await(
                    "a node without an engine",
                    Duration.ofSeconds(20),
                    () -> all.node().drivers().stream()
                            .noneMatch(driver -> driver.kind().equals("engine")));
            berth.deploy(EngineBerth.manifest("early", "echo:a", 1));
            LocalBerth.await(
                    "the reason why it waits",
                    Duration.ofSeconds(10),
                    () -> berth.client().show("early").reasons().toString().contains("install Docker or Podman"));
            assertThat(all.node().conditions())
                    .as("an engine that nothing needs is not missed")
                    .isEmpty();
        } finally {
            engine.begin();
        }
        LocalBerth.await(
                "word of the engine",
                EngineBerth.NOTICED,
                () -> all.node().drivers().stream()
                        .anyMatch(driver -> driver.kind().equals("engine")));
        live(berth.outcome("early", 1));
        assertThat(all.mode("early")).isEqualTo("a");
    }

    @Test
    void pullThatFailsFailsTheRolloutWithWordsThatSayWhatToDo() throws Exception {
        live(berth.roll(EngineBerth.manifest("pulled", "echo:a", 1)));
        try (TestRegistry registry = new TestRegistry(folder)) {
            String image = registry.push(engine, "echo:b", "team/app", "1");
            assertThat(failure(image)).contains("wants credentials", "docker login " + registry.host());
            registry.login(all.logins, TestRegistry.PASSWORD);
            assertThat(failure(registry.host() + "/team/app:2")).contains("has no such image", "check the name");
            // What serves is not ended before that is known.
            Map<String, TestEngine.Seen> before = all.running("pulled");
            JsonNode failed = berth.roll(
                    EngineBerth.manifest("pulled", registry.host() + "/team/app:2", 1) + "strategy: recreate\n");
            assertThat(failed.path("outcome").asText()).isEqualTo("failed");
            assertThat(failed.path("reason").asText()).contains("has no such image");
            assertThat(all.running("pulled")).isEqualTo(before).hasSize(1);
            assertThat(all.mode("pulled")).isEqualTo("a");
            live(berth.roll(EngineBerth.manifest("pulled", image, 1)));
            assertThat(all.mode("pulled")).isEqualTo("b");
        }
    }

    private static String failure(String image) throws IOException, InterruptedException {
        JsonNode failed = berth.roll(EngineBerth.manifest("pulled", image, 1));
        assertThat(failed.path("outcome").asText()).isEqualTo("failed");
        assertThat(all.mode("pulled")).as("what was live").isEqualTo("a");
        return failed.path("reason").asText();
    }

    @Test
    void nobodyElsesContainersAreTouched() throws Exception {
        engine.run("foreign", TestEngine.IMAGE, "sleep", "10000");
        LocalBerth other = LocalBerth.shared();
        Files.createDirectories(LocalBerth.ENGINE.getParent());
        Files.createSymbolicLink(
                LocalBerth.ENGINE, Path.of(engine.settings().host().getPath()));
        try {
            live(berth.roll(EngineBerth.manifest("both", "echo:a", 2)));
            live(other.roll(EngineBerth.manifest("both", "echo:b", 2)));
            Map<String, TestEngine.Seen> before = engine.seen();
            assertThat(before).hasSize(5);
            berth.restart(EngineBerth.NODE);
            other.restart("local-1");
            assertThat(all.get(other, "both").headers().firstValue("x-mode")).hasValue("b");
            assertThat(all.mode("both")).isEqualTo("a");
            Set<String> own = all.running("both").keySet();
            assertThat(own).hasSize(2);
            berth.stopAll();
            LocalBerth.await(
                    "the end of this one's containers",
                    Duration.ofSeconds(30),
                    () -> engine.seen().size() == 3);
            before.keySet()
                    .removeIf(name -> own.stream().anyMatch(id -> name.equals("berth-" + EngineBerth.NODE + "-" + id)));
            assertThat(engine.seen()).isEqualTo(before).containsKey("foreign");
            assertThat(all.get(other, "both").headers().firstValue("x-mode")).hasValue("b");
        } finally {
            engine.remove("foreign");
            other.stopAll();
            LocalBerth.await(
                    "an engine without containers",
                    Duration.ofSeconds(30),
                    () -> engine.containers().isEmpty());
            Files.delete(LocalBerth.ENGINE);
            Files.delete(LocalBerth.ENGINE.getParent());
            // They would go on missing the engine.
            other.restart("local-1");
            other.restart("local-2");
        }
    }

    @Test
    void fortyContainersServeOnOneNode() throws Exception {
        live(berth.roll(EngineBerth.shell("forty", "", "cpu: 0.04\nmemory: 16MiB\nmin_containers: 40")));
        assertThat(all.running("forty")).hasSize(40);
        Set<URI> addresses = berth.client().containers("forty").stream()
                .map(container -> URI.create("http://" + container.address()))
                .collect(Collectors.toSet());
        assertThat(addresses).hasSize(40);
    }

    @Test
    void outputArrivesWholeAndOnce() throws Exception {
        int lines = 20_000;
        String numbered = "awk \"BEGIN {for (i = 1; i <= " + lines + "; i++) printf \\\"%d %01000d\\\\n\\\", i, i}\"; ";
        live(berth.roll(EngineBerth.shell("much", numbered, "")));
        List<String> expected = IntStream.rangeClosed(1, lines)
                .mapToObj(i -> i + " " + "%01000d".formatted(i))
                .toList();
        LocalBerth.await(
                "20 MB of output", Duration.ofSeconds(60), () -> output("much").size() >= lines);
        assertThat(output("much").equals(expected))
                .as("each line once, in order")
                .isTrue();
    }

    private static List<String> output(String app) {
        List<String> lines = new ArrayList<>();
        berth.client().logs(app, "", false, line -> lines.add(line.text()));
        return lines;
    }

    @Test
    void outputWithoutAnEndOfLineArrivesWhole() throws Exception {
        int numbers = 300_000;
        String script = "awk \"BEGIN {for (i = 1; i <= " + numbers + "; i++) printf \\\"%07d,\\\", i}\"; ";
        live(berth.roll(EngineBerth.shell("endless", script, "")));
        String expected =
                IntStream.rangeClosed(1, numbers).mapToObj("%07d,"::formatted).collect(Collectors.joining());
        live(berth.roll(EngineBerth.shell("endless", "", "")));
        berth.receipt("endless", 2);
        LocalBerth.await(
                "all of it",
                Duration.ofSeconds(30),
                () -> String.join("", output("endless")).length() >= expected.length());
        assertThat(String.join("", output("endless")).equals(expected))
                .as("each once")
                .isTrue();
    }
}
