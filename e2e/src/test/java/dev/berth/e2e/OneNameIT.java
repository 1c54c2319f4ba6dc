package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Parts that are started by hand beside others: of one name the later ends, and what is wrong is said in one sentence. */
@Timeout(300)
class OneNameIT {
    private static final AtomicInteger LOGS = new AtomicInteger();
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
        Path log = newLog(part);
        Process process = berth.another(part, all, log);
        try {
            assertThat(process.waitFor(30, TimeUnit.SECONDS))
                    .as("the second " + part + " ended")
                    .isTrue();
        } finally {
            process.destroyForcibly().waitFor();
        }
        return new Ended(process.exitValue(), Files.readString(log));
    }

    private static Path newLog(String part) {
        return berth.home.state().resolve("logs/another-" + part + "-" + LOGS.incrementAndGet() + ".log");
    }

    private interface Check {
        void run() throws Exception;
    }

    /** Each takes some seconds, in which it mostly waits; but more than a few JVMs that start together slow each other down. */
    private static void atOnce(List<Check> checks) throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            List<Callable<Void>> calls = new ArrayList<>();
            for (Check check : checks) {
                calls.add(() -> {
                    check.run();
                    return null;
                });
            }
            for (Future<Void> done : threads.invokeAll(calls)) {
                done.get();
            }
        }
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
            String other = folder.resolve("other").toString();
            atOnce(List.of(
                    () -> assertRefused(
                            run("scheduler", Map.of()),
                            "another scheduler named \"scheduler-1\" is running",
                            "BERTH_SCHEDULER_NAME"),
                    () -> assertRefused(
                            run("gateway-1", Map.of()),
                            "another gateway named \"gateway-1\" is running",
                            "BERTH_GATEWAY_NAME"),
                    () -> assertRefused(
                            run("local-1", Map.of("BERTH_NODE_STATE", other)),
                            "another agent named \"local-1\" is running",
                            "BERTH_NODE_NAME"),
                    () -> assertRefused(
                            run("local-1", Map.of()),
                            "another agent (process",
                            "BERTH_NODE_NAME",
                            "BERTH_NODE_STATE")));
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
                    Duration.ofSeconds(30),
                    () -> berth.supervisor.pid(part) != killed && berth.supervisor.ready(part));
            assertThat(berth.log(part).substring(said)).doesNotContain("is running", "another agent");
        }
    }

    @Test
    void wrongPasswordOfAServerEndsAPartWithOneSentence() throws Exception {
        List<Check> checks = new ArrayList<>();
        for (String part : List.of("registry", "scheduler")) {
            checks.add(() -> assertRefused(
                    run(part, Map.of("BERTH_SCHEDULER_NAME", "other", "BERTH_DATABASE_PASSWORD", "wrong")),
                    "BERTH_DATABASE_URL: PostgreSQL at",
                    "refuses user",
                    "correct user and password"));
        }
        for (String part : List.of("registry", "scheduler", "local-1", "gateway-1")) {
            Map<String, String> settings = Map.of(
                    "BERTH_SCHEDULER_NAME",
                    "another",
                    "BERTH_GATEWAY_NAME",
                    "other",
                    "BERTH_NODE_STATE",
                    folder.resolve(part).toString(),
                    "BERTH_NATS_PASSWORD",
                    "wrong");
            checks.add(() -> assertRefused(
                    run(part, settings), "BERTH_NATS_URL: NATS at", "refuses the user and password", "correct them"));
        }
        atOnce(checks);
    }

    @Test
    void whatIsNoUrlEndsAPartWithOneSentence() throws Exception {
        List<Check> checks = new ArrayList<>();
        for (String part : List.of("registry", "scheduler")) {
            for (String url : List.of("localhost:5432", "postgresql://a:secret@localhost/x", "postgresql://host")) {
                checks.add(() -> assertRefused(
                        run(part, Map.of("BERTH_SCHEDULER_NAME", "other", "BERTH_DATABASE_URL", url)),
                        "BERTH_DATABASE_URL must be like postgresql://"));
            }
        }
        atOnce(checks);
    }

    /** Whatever starts first: it says once what it waits for, and begins when that is there. */
    @Test
    void partThatStartsBeforeItsServersSaysSoOnceAndWaits() throws Exception {
        String nowhere = "127.0.0.1:" + LocalBerth.freePorts(1);
        atOnce(List.of(
                () -> waits("registry", nowhere, "BERTH_DATABASE_URL: no PostgreSQL answers at"),
                () -> waits("scheduler", nowhere, "BERTH_DATABASE_URL: no PostgreSQL answers at"),
                () -> waits("local-1", nowhere, "BERTH_NATS_URL: no NATS answers at"),
                () -> waits("gateway-1", nowhere, "BERTH_NATS_URL: no NATS answers at")));
    }

    private void waits(String part, String nowhere, String sentence) throws Exception {
        Map<String, String> settings = ports();
        settings.putAll(Map.of(
                "BERTH_SCHEDULER_NAME",
                "other",
                "BERTH_GATEWAY_NAME",
                "other",
                "BERTH_NODE_STATE",
                folder.resolve(part).toString(),
                "BERTH_NATS_URL",
                "nats://" + nowhere));
        if (sentence.startsWith("BERTH_DATABASE_URL")) {
            settings.put("BERTH_DATABASE_URL", "postgresql://" + nowhere + "/postgres");
        }
        Path log = newLog(part);
        Process process = berth.another(part, settings, log);
        try {
            LocalBerth.await(
                    "the sentence of " + part,
                    Duration.ofSeconds(30),
                    () -> Files.readString(log).contains(sentence));
            assertThat(process.waitFor(3, TimeUnit.SECONDS)).as(part + " ended").isFalse();
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
