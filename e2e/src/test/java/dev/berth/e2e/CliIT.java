package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as a user types it. */
class CliIT {
    private static LocalBerth berth;

    @TempDir
    Path folder;

    record Ran(int exit, String out, String err) {}

    @BeforeAll
    static void start() throws IOException {
        berth = LocalBerth.shared();
    }

    @BeforeEach
    void everythingIsThere() throws IOException {
        berth.awaitAll();
    }

    @AfterEach
    void leaveNothing() {
        berth.stopAll();
    }

    private Ran berth(String... arguments) throws IOException, InterruptedException {
        Process process = start(arguments);
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ran(process.waitFor(), out, Files.readString(folder.resolve("stderr")));
    }

    private Process start(String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(berth.home.root().resolve("berth").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(folder.resolve("stderr").toFile());
        builder.environment().put("BERTH_HOME", berth.home.state().toString());
        return builder.start();
    }

    private void manifest(String app, String mode) throws IOException {
        Files.writeString(folder.resolve("berth.yaml"), LocalBerth.manifest(app, 1, mode, "") + "source: .\n");
    }

    @Test
    void deployPlanRollbackAndStopSayWhatTheyDo() throws Exception {
        manifest("typed", "");
        Ran first = berth("deploy", "--tag", "one");
        assertThat(first.exit()).as(first.err()).isZero();
        assertThat(first.out())
                .contains(
                        "Created v1 of typed",
                        "Mounted source .",
                        "Created function web",
                        "http://typed-web.localhost:",
                        "v1 is live",
                        "receipt: 0 in flight at cutover");
        assertThat(berth("deploy").out()).contains("Nothing has changed since v1 (live)");

        manifest("typed", "next");
        Ran plan = berth("plan");
        assertThat(plan.out()).contains("would make v2", "~ env MODE: (none) -> next", "It would cycle 1:");
        assertThat(berth("deploy").exit()).isZero();
        Ran back = berth("app", "rollback", "typed");
        assertThat(back.out()).contains("Created v3 of typed (rollback of v1, by ", "v3 is live");

        JsonNode history = new ObjectMapper()
                .readTree(berth("app", "history", "typed", "--json").out());
        assertThat(history).hasSize(3);
        assertThat(history.get(0).path("kind").asText()).isEqualTo("rollback");
        assertThat(history.get(2).path("tag").asText()).isEqualTo("one");
        JsonNode apps =
                new ObjectMapper().readTree(berth("app", "list", "--json").out());
        assertThat(apps.isArray()).isTrue();
        assertThat(apps.toString()).contains("\"name\":\"typed\"", "\"state\":\"live\"", "\"version\":3");
        assertThat(berth("app", "stop", "typed").out()).contains("Stopped typed");
        assertThat(berth("app", "list").out()).contains("stopped");
    }

    @Test
    void sameDeployAgainWaitsForTheRolloutThatIsUnderWay() throws Exception {
        Path gate = folder.resolve("gate");
        Files.writeString(
                folder.resolve("berth.yaml"), LocalBerth.gated(LocalBerth.manifest("again", 1, "", ""), gate));
        assertThat(berth("deploy", "--detach").out()).contains("v1 is rolling out");
        assertThat(berth("deploy", "--detach").out()).contains("Nothing has changed since v1 (rolling)");
        Process again = start("deploy");
        try (BufferedReader out = again.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.readLine()).contains("Nothing has changed since v1 (rolling)");
            Files.createFile(gate);
            assertThat(out.lines()).anyMatch(line -> line.contains("v1 is live"));
        }
        assertThat(again.waitFor()).isZero();
    }

    @Test
    void failedDeployExits1WithTheReason() throws Exception {
        manifest("fails", "crash");
        Ran failed = berth("deploy");
        assertThat(failed.exit()).isEqualTo(1);
        assertThat(failed.out()).contains("v1 failed:", "exited with status 3", "the model file is missing");
        assertThat(berth("app", "why", "fails").out()).contains("the rollout of v1 failed");
    }

    @Test
    void wrongUseAndBadManifestsExit2() throws Exception {
        assertThat(berth("deploi").exit()).isEqualTo(2);
        assertThat(berth("app").exit()).isEqualTo(2);
        Files.writeString(folder.resolve("berth.yaml"), "app: x\nfunctions: {web: {web: {}, comand: [x]}}\n");
        Ran bad = berth("deploy");
        assertThat(bad.exit()).isEqualTo(2);
        assertThat(bad.err())
                .contains("functions.web.comand is unknown; did you mean command?", "functions.web.command is missing");
        assertThat(berth("deploy", "-f", "none.yaml").err()).contains("there is no none.yaml");
        assertThat(berth("app", "show", "nobody").exit()).isEqualTo(1);
    }

    @Test
    void sourceOutsideTheFolderAndLinksOutOfItAreRefused() throws Exception {
        Files.writeString(folder.resolve("berth.yaml"), LocalBerth.manifest("out", 1, "", "") + "source: ../..\n");
        Ran outside = berth("deploy");
        assertThat(outside.exit()).isEqualTo(2);
        assertThat(outside.err()).contains("outside the manifest's folder");
        manifest("out", "");
        Files.createSymbolicLink(folder.resolve("passwords"), Path.of("/etc/passwd"));
        Ran link = berth("deploy");
        assertThat(link.exit()).isNotZero();
        assertThat(link.err()).contains("passwords is a link out of the source folder");
        assertThat(berth("app", "show", "out").exit()).isEqualTo(1);
    }

    @Test
    void tokenIsShownOnce() throws Exception {
        JsonNode token = new ObjectMapper()
                .readTree(berth("token", "create", "ada", "--json").out());
        assertThat(token.path("user").asText()).isEqualTo("ada");
        assertThat(token.path("token").asText()).startsWith("berth_");
        assertThat(berth("token", "list").out())
                .contains("ada")
                .doesNotContain(token.path("token").asText());
    }

    @Test
    void statusShowsThePartsAsTheyAre() throws Exception {
        List<String> parts =
                List.of("postgres", "nats", "registry", "scheduler", "local-1", "local-2", "gateway-1", "gateway-2");
        JsonNode all = status();
        assertThat(all.findValuesAsText("name")).isEqualTo(parts);
        for (JsonNode part : all) {
            assertThat(part.path("state").asText()).as(part.toString()).isEqualTo("ready");
            assertThat(part.path("pid").asLong())
                    .isEqualTo(berth.supervisor.pid(part.path("name").asText()));
            assertThat(part.path("port").asInt()).isPositive();
        }
        assertThat(all.get(7).path("port").asInt()).as("that users reach").isEqualTo(berth.port + 1);
        assertThat(berth("status").out().lines())
                .hasSize(9)
                .anyMatch(line -> line.matches("gateway-1 +\\d+ +" + berth.port + " +ready"));

        berth.signal("STOP", "local-2");
        try {
            assertThat(state(status(), "local-2")).as("it does not answer").isEqualTo("starting");
            assertThat(state(status(), "local-1")).isEqualTo("ready");
        } finally {
            berth.signal("CONT", "local-2");
        }
        berth.kill("local-2");
        // Ended for a quarter of a second, then on its way back.
        LocalBerth.await(
                "its return",
                Duration.ofSeconds(30),
                () -> state(status(), "local-2").equals("ready"));
        assertThat(status().get(5).path("pid").asLong())
                .isEqualTo(berth.supervisor.pid("local-2"))
                .isNotEqualTo(all.get(5).path("pid").asLong());
    }

    private JsonNode status() throws IOException, InterruptedException {
        Ran ran = berth("status", "--json");
        assertThat(ran.exit()).as(ran.err()).isZero();
        return new ObjectMapper().readTree(ran.out());
    }

    private static String state(JsonNode status, String name) {
        for (JsonNode part : status) {
            if (part.path("name").asText().equals(name)) {
                return part.path("state").asText();
            }
        }
        return "";
    }

    @Test
    void nodesAreListed() throws Exception {
        JsonNode nodes =
                new ObjectMapper().readTree(berth("node", "list", "--json").out());
        assertThat(nodes).hasSize(2);
        assertThat(nodes.get(0).path("state").asText()).isEqualTo("ready");
    }
}
