package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.runtime.engine.TestEngine;
import dev.berth.client.App;
import dev.berth.client.BerthException;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** All of Berth as containers, by the commands of deploy/README.md. */
@Timeout(240)
class ComposeIT {
    private static final String OF_APPS = "berth-" + EngineBerth.NODE + "-";
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static ComposeBerth berth;

    @TempDir
    Path folder;

    @BeforeAll
    static void up() throws Exception {
        berth = ComposeBerth.prepared();
        EngineBerth.build(berth.engine, "a");
        EngineBerth.build(berth.engine, "b");
        EngineBerth.said(berth.command("./configure"));
        berth.setApart();
        berth.compose("up", "-d", "--build");
        awaitNode();
    }

    /** Nothing is left of it. */
    @AfterAll
    static void end() throws Exception {
        if (berth == null) {
            return;
        }
        try {
            berth.compose("down", "--volumes");
            assertThat(berth.engine.containers()).isEmpty();
            assertThat(EngineBerth.said(berth.command("docker", "volume", "ls", "--quiet")))
                    .isEmpty();
            assertThat(EngineBerth.said(berth.command("docker", "network", "ls", "--format", "{{.Name}}")))
                    .doesNotContain("berth_default");
        } finally {
            berth.close();
        }
    }

    @AfterEach
    void stopApps() throws IOException {
        for (App app : berth.client().apps()) {
            berth.client().stop(app.name());
        }
        LocalBerth.await(
                "an engine without containers of apps",
                Duration.ofSeconds(30),
                () -> berth.engine.containers().stream().noneMatch(name -> name.startsWith("/" + OF_APPS)));
    }

    private static void awaitNode() throws IOException, InterruptedException {
        try {
            LocalBerth.await("a node that has its engine", Duration.ofSeconds(120), ComposeIT::nodeHasEngine);
        } catch (AssertionError away) {
            throw new AssertionError(away.getMessage() + ":\n" + berth.compose("logs", "--tail=12"), away);
        }
        assertThat(berth.berth("node", "list")).contains(EngineBerth.NODE).contains("Docker Engine");
    }

    private static boolean nodeHasEngine() throws IOException {
        try {
            return berth.client().nodes().stream()
                    .flatMap(node -> node.drivers().stream())
                    .anyMatch(driver -> driver.kind().equals("engine"));
        } catch (BerthException notYet) {
            if (!notYet.unanswered()) {
                throw notYet;
            }
            return false;
        }
    }

    /** Those of apps that run on the engine. */
    private static Map<String, TestEngine.Seen> apps() throws IOException {
        Map<String, TestEngine.Seen> apps = new TreeMap<>(berth.engine.seen());
        apps.keySet().removeIf(name -> !name.startsWith(OF_APPS));
        apps.values().removeIf(seen -> !seen.running());
        return apps;
    }

    private void deploy(String app, String mode) throws IOException, InterruptedException {
        Path manifest = Files.writeString(folder.resolve("berth.yaml"), EngineBerth.manifest(app, "echo:" + mode, 2));
        assertThat(berth.berth("deploy", "--file", manifest.toString()))
                .contains("is live")
                .contains(" 0 dropped");
    }

    private static String mode(String app) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                HTTP.send(LocalBerth.requestAt(berth.port, app, "/").build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.headers().firstValue("x-mode").orElse("none");
    }

    private static Load load(String app) {
        Load load = new Load(berth.port, app, 1);
        load.newest.put("a", 1);
        load.newest.put("b", 2);
        return load.pausing(10).plain(2).slow(1, 500);
    }

    @Test
    void versionTakesOverUnderRequests() throws Exception {
        deploy("rolled", "a");
        assertThat(mode("rolled")).isEqualTo("a");
        Map<String, TestEngine.Seen> first = apps();
        Load load = load("rolled");
        try (load) {
            deploy("rolled", "b");
            load.floor.set(2);
            assertThat(mode("rolled")).isEqualTo("b");
        }
        assertThat(load.failures).isEmpty();
        assertThat(load.count("plain")).isPositive();
        LocalBerth.await(
                "the end of the old containers",
                Duration.ofSeconds(30),
                () -> apps().keySet().stream().noneMatch(first::containsKey));
    }

    @Test
    void appGoesOnWhileItsAgentIsRestarted() throws Exception {
        deploy("restarted", "a");
        Map<String, TestEngine.Seen> before = apps();
        Load load = load("restarted");
        try (load) {
            berth.compose("restart", "agent");
            // What needs the new one, and by which it has found the containers of the old one.
            deploy("beside", "a");
            assertThat(apps()).containsAllEntriesOf(before);
            deploy("restarted", "b");
            load.floor.set(2);
        }
        assertThat(load.failures).isEmpty();
    }

    @Test
    void downAndUpAgainFindsTheApps() throws Exception {
        deploy("kept", "a");
        Map<String, TestEngine.Seen> before = apps();
        berth.compose("down");
        assertThat(berth.engine.seen()).isEqualTo(before);
        berth.compose("up", "-d");
        awaitNode();
        assertThat(mode("kept")).isEqualTo("a");
        assertThat(apps()).isEqualTo(before);
        Map<String, TestEngine.Seen> all = berth.engine.seen();
        berth.compose("up", "-d");
        assertThat(berth.engine.seen()).isEqualTo(all);
    }
}
