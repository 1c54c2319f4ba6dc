package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Parts that are started by hand beside others: of one name the later ends, and what is wrong is said in one sentence. */
@Timeout(300)
class OneNameIT {
    private static LocalBerth berth;

    @TempDir
    Path folder;

    private record Ended(int status, String said) {}

    @BeforeAll
    static void start() throws IOException {
        berth = LocalBerth.shared();
    }

    @AfterEach
    void leaveNothing() throws IOException {
        berth.awaitAll();
        berth.stopAll();
    }

    /** Ports that nobody has; the name, and all else, is the running part's. */
    private Map<String, String> ports() throws IOException {
        int port = LocalBerth.freePorts(6);
        Map<String, String> ports = new HashMap<>();
        for (String setting : List.of(
                "BERTH_REGISTRY_PORT",
                "BERTH_SCHEDULER_PORT",
                "BERTH_AGENT_PORT",
                "BERTH_GATEWAY_PORT",
                "BERTH_GATEWAY_INTERNAL_PORT")) {
            ports.put(setting, String.valueOf(port++));
        }
        return ports;
    }

    private Ended run(String part, Map<String, String> settings) throws IOException, InterruptedException {
        Map<String, String> all = ports();
        all.putAll(settings);
        Process process = berth.another(part, all);
        try {
            assertThat(process.waitFor(30, TimeUnit.SECONDS))
                    .as("the second " + part + " ended")
                    .isTrue();
        } finally {
            process.destroyForcibly().waitFor();
        }
        return new Ended(
                process.exitValue(), Files.readString(berth.home.state().resolve("logs/another-" + part + ".log")));
    }

    /** Status 1, and one sentence with all of these words; nothing that only its authors can read. */
    private static void assertRefused(Ended ended, String... words) {
        assertThat(ended.status()).as(ended.said()).isEqualTo(1);
        assertThat(ended.said().lines().filter(line -> line.contains(words[0])))
                .as(ended.said())
                .singleElement()
                .asString()
                .contains(words);
        assertThat(ended.said()).doesNotContain("\tat ", "Exception");
    }

    @Test
    void laterOneOfALivingPartsNameEndsAndTheEarlierOneGoesOn() throws Exception {
        berth.roll(LocalBerth.manifest("named", 2, "", ""));
        List<Long> before = new ArrayList<>();
        for (String part : List.of("scheduler", "local-1", "gateway-1")) {
            before.add(berth.supervisor.pid(part));
        }
        long terms = berth.log("scheduler")
                .lines()
                .filter(line -> line.contains("leading with epoch"))
                .count();
        Load load = new Load(berth, "named", 1, 2);
        load.newest.put("next", 2);
        try (load) {
            load.pausing(20).plain(4).slow(2, 2_000);
            assertRefused(
                    run("scheduler", Map.of()),
                    "another scheduler named \"scheduler-1\" is running",
                    "BERTH_SCHEDULER_NAME");
            assertRefused(
                    run("gateway-1", Map.of()), "another gateway named \"gateway-1\" is running", "BERTH_GATEWAY_NAME");
            assertRefused(
                    run(
                            "local-1",
                            Map.of("BERTH_NODE_STATE", folder.resolve("other").toString())),
                    "another agent named \"local-1\" is running",
                    "BERTH_NODE_NAME");
            assertRefused(run("local-1", Map.of()), "another agent (process", "BERTH_NODE_NAME", "BERTH_NODE_STATE");
            assertThat(berth.roll(LocalBerth.manifest("named", 2, "next", ""))
                            .path("outcome")
                            .asText())
                    .isEqualTo("live");
            load.floor.set(2);
        }
        assertThat(load.failures).isEmpty();
        assertThat(List.of(
                        berth.supervisor.pid("scheduler"),
                        berth.supervisor.pid("local-1"),
                        berth.supervisor.pid("gateway-1")))
                .isEqualTo(before);
        assertThat(berth.log("scheduler").lines().filter(line -> line.contains("leading with epoch")))
                .as("terms of the scheduler")
                .hasSize((int) terms);
        assertThat(berth.receipt("named", 2).path("unaccounted").asInt()).isZero();
    }

    @Test
    void nameOfAKilledPartIsTakenAtOnce() throws Exception {
        for (String part : List.of("scheduler", "local-1", "gateway-1")) {
            long killed = berth.supervisor.pid(part);
            int said = berth.log(part).length();
            berth.kill(part);
            LocalBerth.await(
                    "the next " + part,
                    java.time.Duration.ofSeconds(30),
                    () -> berth.supervisor.pid(part) != killed && berth.supervisor.ready(part));
            assertThat(berth.log(part).substring(said)).doesNotContain("is running", "another agent");
        }
    }

    @Test
    void wrongPasswordOfAServerEndsAPartWithOneSentence() throws Exception {
        for (String part : List.of("registry", "scheduler")) {
            Ended ended = run(part, Map.of("BERTH_SCHEDULER_NAME", "other", "BERTH_DATABASE_PASSWORD", "wrong"));
            assertRefused(ended, "BERTH_DATABASE_URL: PostgreSQL at", "refuses user", "correct user and password");
        }
        for (String part : List.of("registry", "scheduler", "local-1", "gateway-1")) {
            Ended ended = run(
                    part,
                    Map.of(
                            "BERTH_SCHEDULER_NAME",
                            "other",
                            "BERTH_GATEWAY_NAME",
                            "other",
                            "BERTH_NODE_STATE",
                            folder.resolve(part).toString(),
                            "BERTH_NATS_PASSWORD",
                            "wrong"));
            assertRefused(ended, "BERTH_NATS_URL: NATS at", "refuses the user and password", "correct them");
        }
    }

    @Test
    void whatIsNoUrlEndsAPartWithOneSentence() throws Exception {
        for (String part : List.of("registry", "scheduler")) {
            for (String url : List.of("localhost:5432", "postgresql://a:secret@localhost/x", "postgresql://host")) {
                assertRefused(
                        run(part, Map.of("BERTH_SCHEDULER_NAME", "other", "BERTH_DATABASE_URL", url)),
                        "BERTH_DATABASE_URL must be like postgresql://");
            }
        }
    }

    /** Whatever starts first: it says once what it waits for, and begins when that is there. */
    @Test
    void partThatStartsBeforeItsServersSaysSoOnceAndWaits() throws Exception {
        int nowhere = LocalBerth.freePorts(8) + 7;
        for (String part : List.of("registry", "scheduler", "local-1", "gateway-1")) {
            Map<String, String> settings = ports();
            settings.putAll(Map.of(
                    "BERTH_SCHEDULER_NAME",
                    "other",
                    "BERTH_GATEWAY_NAME",
                    "other",
                    "BERTH_NODE_STATE",
                    folder.resolve(part).toString(),
                    "BERTH_NATS_URL",
                    "nats://127.0.0.1:" + nowhere));
            boolean database = part.equals("registry") || part.equals("scheduler");
            if (database) {
                settings.put("BERTH_DATABASE_URL", "postgresql://127.0.0.1:" + nowhere + "/postgres");
            }
            String sentence =
                    database ? "BERTH_DATABASE_URL: no PostgreSQL answers at" : "BERTH_NATS_URL: no NATS answers at";
            Path log = berth.home.state().resolve("logs/another-" + part + ".log");
            Process process = berth.another(part, settings);
            try {
                LocalBerth.await(
                        "the sentence of " + part,
                        java.time.Duration.ofSeconds(30),
                        () -> Files.readString(log).contains(sentence));
                assertThat(process.waitFor(3, TimeUnit.SECONDS))
                        .as(part + " ended")
                        .isFalse();
                String said = Files.readString(log);
                assertThat(said.lines().filter(line -> line.contains(sentence)))
                        .as(said)
                        .hasSize(1);
                assertThat(said).doesNotContain("\tat ", "Exception");
                process.destroy();
                assertThat(process.waitFor(20, TimeUnit.SECONDS))
                        .as(part + " ended when it was told to")
                        .isTrue();
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
    }
}
