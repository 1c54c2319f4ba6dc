package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.client.App;
import dev.berth.client.BerthException;
import dev.berth.client.Container;
import dev.berth.client.Node;
import dev.berth.client.Version;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** P1, P6 and P7: what served goes on serving, whatever fails. */
class FailureIT {
    private static LocalBerth berth;

    @TempDir
    Path folder;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @BeforeAll
    static void start() throws IOException {
        berth = LocalBerth.shared();
    }

    @BeforeEach
    void everythingIsThere() throws IOException {
        berth.awaitAll();
    }

    private HttpResponse<String> get(int gateway, String app, String path) throws IOException, InterruptedException {
        return http.send(berth.request(gateway, app, path).build(), HttpResponse.BodyHandlers.ofString());
    }

    @AfterEach
    void leaveNothing() throws IOException {
        berth.awaitAll();
        berth.stopAll();
    }

    @Test
    void versionThatCrashesFailsWithItsLastOutputAndTheOldOneServes() throws Exception {
        berth.roll(LocalBerth.manifest("crash", 2, "", ""));
        Load load = new Load(berth, "crash", 1, 2);
        try (load) {
            load.pausing(10).plain(4);
            JsonNode failed = berth.roll(LocalBerth.manifest("crash", 2, "crash", ""));
            assertThat(failed.path("outcome").asText()).isEqualTo("failed");
            assertThat(failed.path("reason").asText()).contains("exited with status 3", "the model file is missing");
        }
        assertThat(load.failures).isEmpty();
        assertThat(get(1, "crash", "/").headers().firstValue("x-version")).hasValue("1");
        assertThat(berth.client().show("crash").version()).contains(1);
    }

    @Test
    void versionThatNeverGetsReadyFailsAfterItsStartupTimeout() throws Exception {
        berth.roll(LocalBerth.manifest("hang", 1, "", ""));
        JsonNode failed = berth.roll(LocalBerth.manifest("hang", 1, "hang", "startup_timeout: 2s"));
        assertThat(failed.path("outcome").asText()).isEqualTo("failed");
        assertThat(failed.path("reason").asText())
                .contains("was not ready within 2.0 s", "GET /ready", "starting in mode hang");
        assertThat(get(1, "hang", "/").headers().firstValue("x-version")).hasValue("1");
    }

    @Test
    void versionWithABadCommandFails() throws Exception {
        berth.roll(LocalBerth.manifest("badcmd", 1, "", ""));
        String manifest = "app: badcmd\nfunctions: {web: {web: {}, command: [no-such-program]}}\n";
        JsonNode failed = berth.roll(manifest);
        assertThat(failed.path("outcome").asText()).isEqualTo("failed");
        assertThat(failed.path("reason").asText()).contains("the command was not found", "no-such-program");
        assertThat(get(2, "badcmd", "/").headers().firstValue("x-version")).hasValue("1");
    }

    @Test
    void versionThatFitsNowhereFailsAndSaysWhatIsFree() {
        berth.roll(LocalBerth.manifest("large", 1, "", ""));
        JsonNode failed = berth.roll(LocalBerth.manifest("large", 1, "big", "memory: 4TiB\nstartup_timeout: 2s"));
        assertThat(failed.path("outcome").asText()).isEqualTo("failed");
        assertThat(failed.path("reason").asText()).contains("4096.0 GiB", "local-1 has", "local-2 has");
    }

    @Test
    void failedRecreateBringsTheOldVersionBack() throws Exception {
        berth.roll(LocalBerth.manifest("again", 1, "", ""));
        JsonNode failed = berth.roll(LocalBerth.manifest("again", 1, "crash", "") + "strategy: recreate\n");
        assertThat(failed.path("outcome").asText()).isEqualTo("failed");
        // Parked until the old version's new container is ready.
        HttpResponse<String> answer = get(1, "again", "/");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-version")).hasValue("1");
    }

    @Test
    void recreateParksRequestsInsteadOfFailingThem() throws Exception {
        berth.roll(LocalBerth.manifest("recreate", 1, "", ""));
        Load load = new Load(berth, "recreate", 1, 2);
        load.newest.put("next", 2);
        try (load) {
            load.pausing(10).plain(6);
            JsonNode live = berth.roll(LocalBerth.manifest("recreate", 1, "next", "") + "strategy: recreate\n");
            assertThat(live.path("outcome").asText()).isEqualTo("live");
            load.floor.set(2);
        }
        assertThat(load.failures).isEmpty();
    }

    /** What a rollout has come to when something is killed. */
    private enum Step {
        COMMITTED,
        STARTING,
        FIRST_READY,
        LIVE_AND_DRAINING;

        boolean reached(String app, int version) {
            return switch (this) {
                case COMMITTED -> true;
                case STARTING -> states(app, version).findAny().isPresent();
                case FIRST_READY -> states(app, version).anyMatch("ready"::equals);
                case LIVE_AND_DRAINING ->
                    berth.client(2).version(app, version).outcome().equals("live");
            };
        }

        /** No container may get ready before the kill. */
        boolean beforeReady() {
            return this == COMMITTED || this == STARTING;
        }

        private static Stream<String> states(String app, int version) {
            List<String> states = new ArrayList<>();
            berth.client(2).containers(app).forEach(container -> {
                if (container.version() == version) {
                    states.add(container.state());
                }
            });
            return states.stream();
        }
    }

    /** One step of each part, drawn anew in each run; all of them with -Dberth.killmatrix=all. */
    private static List<Arguments> kills() {
        boolean all = System.getProperty("berth.killmatrix", "").equals("all");
        long seed = Long.getLong("berth.killmatrix.seed", System.nanoTime());
        System.out.println("kill matrix: " + (all ? "all of it" : "-Dberth.killmatrix.seed=" + seed + " repeats it"));
        Random random = new Random(seed);
        List<Arguments> kills = new ArrayList<>();
        for (String what :
                List.of("registry", "scheduler", "local-1", "gateway-1", "nats", "nats and its data", "postgres")) {
            Step[] steps = Step.values();
            kills.add(arguments(what, all ? List.of(steps) : List.of(steps[random.nextInt(steps.length)])));
        }
        return kills;
    }

    @ParameterizedTest
    @MethodSource("kills")
    void killingAnyPartAtAnyStepStillEndsLiveWithoutAFailedRequest(String what, List<Step> steps) throws Exception {
        String part = what.split(" ")[0];
        String app = "kill-" + what.replace(' ', '-');
        berth.roll(LocalBerth.manifest(app, 2, "", ""));
        Set<String> streams = berth.streams().keySet();
        Load load = part.equals("gateway-1") ? new Load(berth, app, 2) : new Load(berth, app, 1, 2);
        try (load) {
            load.pausing(20).plain(4).posts(2).slow(2, 2_000);
            int number = 1;
            for (Step step : steps) {
                number++;
                int version = number;
                load.newest.put(step.name(), version);
                Path gate = folder.resolve(step.name());
                if (!step.beforeReady()) {
                    Files.createFile(gate);
                }
                String manifest = LocalBerth.gated(LocalBerth.manifest(app, 2, step.name(), ""), gate);
                assertThat(berth.deploy(manifest).path("version").asInt()).isEqualTo(version);
                LocalBerth.await(step.name(), Duration.ofSeconds(30), () -> step.reached(app, version));
                Instant killed = Instant.now();
                if (what.endsWith("data")) {
                    wipeNats();
                } else {
                    berth.kill(part);
                }
                if (step.beforeReady()) {
                    Files.createFile(gate);
                }
                JsonNode end = berth.outcome(app, version);
                assertThat(end.path("outcome").asText())
                        .as("%s killed when %s: %s", what, step, end.path("reason"))
                        .isEqualTo("live");
                load.floor.set(version);
                berth.awaitAll();
                if (what.endsWith("data")) {
                    LocalBerth.await("all streams, made anew", Duration.ofSeconds(30), () -> {
                        Map<String, Instant> now = berth.streams();
                        return now.keySet().containsAll(streams)
                                && now.values().stream().allMatch(made -> made.isAfter(killed));
                    });
                }
            }
        }
        assertThat(load.failures).isEmpty();
        assertThat(get(2, app, "/").headers().firstValue("x-mode"))
                .hasValue(steps.getLast().name());
    }

    /** Away with the data first, so that nothing of it is there when NATS is started again. */
    private static void wipeNats() throws IOException {
        Path data = berth.home.state().resolve("nats/data");
        Files.move(data, berth.home.state().resolve("nats/wiped-" + System.nanoTime()));
        berth.kill("nats");
    }

    @Test
    void requestsAreServedWhileAllOfControlIsDown() throws Exception {
        berth.roll(LocalBerth.manifest("alone", 2, "", ""));
        List<String> control = List.of("registry", "scheduler", "nats", "postgres");
        Load load = new Load(berth, "alone", 1, 2);
        try (load) {
            for (String part : control) {
                berth.signal("STOP", part);
            }
            load.pausing(10).plain(4).posts(2).webSockets(2, 10);
            // Takes its time to give up, while the load goes on.
            CompletableFuture<Throwable> asked = new CompletableFuture<>();
            Thread.ofVirtual()
                    .start(() ->
                            asked.complete(catchThrowable(() -> berth.client(1).apps())));
            TimeUnit.SECONDS.sleep(6);
            assertThat(load.count("plain")).isPositive();
            assertThat(asked.get(60, TimeUnit.SECONDS))
                    .as("who asks hears that nobody answers")
                    .isInstanceOfSatisfying(
                            BerthException.class,
                            away -> assertThat(away.status()).isEqualTo(503))
                    .hasMessageContaining("does not answer; apps go on being served");
        } finally {
            for (String part : control) {
                berth.signal("CONT", part);
            }
        }
        assertThat(load.failures).isEmpty();
        assertThat(berth.outcome("alone", 1).path("outcome").asText()).isEqualTo("live");
        assertThat(berth.roll(LocalBerth.manifest("alone", 2, "later", ""))
                        .path("outcome")
                        .asText())
                .isEqualTo("live");
    }

    @Test
    void agentThatWasKilledAdoptsWhatRuns() throws Exception {
        berth.roll(LocalBerth.manifest("adopt", 4, "", ""));
        Set<String> before = processes("adopt");
        berth.kill("local-1");
        berth.kill("local-2");
        berth.supervisor.awaitReady("local-1");
        berth.supervisor.awaitReady("local-2");
        assertThat(processes("adopt")).isEqualTo(before);
        // The adopted ones can be replaced like any others.
        JsonNode live = berth.roll(LocalBerth.manifest("adopt", 4, "new", ""));
        assertThat(live.path("outcome").asText()).isEqualTo("live");
        berth.receipt("adopt", 2);
        LocalBerth.await(
                "the end of the adopted processes",
                Duration.ofSeconds(20),
                () -> before.stream()
                        .noneMatch(pid -> ProcessHandle.of(Long.parseLong(pid))
                                .map(ProcessHandle::isAlive)
                                .orElse(false)));
    }

    private Set<String> processes(String app) throws IOException, InterruptedException {
        Set<String> pids = new HashSet<>();
        for (int i = 0; i < 200 && pids.size() < 4; i++) {
            List<CompletableFuture<HttpResponse<String>>> answers = Stream.generate(() -> http.sendAsync(
                            berth.request(1, app, "/slow=50").build(), HttpResponse.BodyHandlers.ofString()))
                    .limit(8)
                    .toList();
            answers.forEach(answer ->
                    pids.add(answer.join().headers().firstValue("x-pid").orElseThrow()));
        }
        return pids;
    }

    @Test
    void containersOfALostNodeAreReplacedAndEndWhenItComesBack() throws Exception {
        berth.roll(LocalBerth.manifest("lost", 2, "", ""));
        assertThat(readyOn("lost")).containsExactlyInAnyOrder("local-1", "local-2");
        Load load = new Load(berth, "lost", 1, 2);
        try (load) {
            load.pausing(10).plain(4).posts(2).slow(2, 300);
            berth.signal("STOP", "local-2");
            LocalBerth.await(
                    "a replacement",
                    Duration.ofSeconds(60),
                    () -> readyOn("lost").stream().filter("local-1"::equals).count() == 2);
            assertThat(stateOf("local-2")).isEqualTo("lost");
            berth.signal("CONT", "local-2");
            LocalBerth.await("the end of the one too many", Duration.ofSeconds(60), () -> {
                List<Container> all = berth.client().containers("lost");
                return all.size() == 2 && readyOn("lost").equals(List.of("local-1", "local-1"));
            });
            assertThat(stateOf("local-2")).isEqualTo("ready");
        } finally {
            berth.signal("CONT", "local-2");
        }
        assertThat(load.failures).isEmpty();
        assertThat(load.count("slow")).isPositive();
    }

    @Test
    void gatewayThatIsToldToEndFinishesWhatItAccepted() throws Exception {
        berth.roll(LocalBerth.manifest("leaves", 1, "", ""));
        HttpResponse<InputStream> answer =
                http.send(berth.request(2, "leaves", "/stream=20").build(), HttpResponse.BodyHandlers.ofInputStream());
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).startsWith("data: ");
            ProcessHandle gateway =
                    ProcessHandle.of(berth.supervisor.pid("gateway-2")).orElseThrow();
            berth.signal("TERM", "gateway-2");
            assertThat(lines.lines().filter(line -> line.startsWith("data: "))).hasSize(19);
            gateway.onExit().get(20, TimeUnit.SECONDS);
        }
    }

    private static List<String> readyOn(String app) {
        List<String> nodes = new ArrayList<>();
        berth.client().containers(app).forEach(container -> {
            if (container.state().equals("ready")) {
                nodes.add(container.node());
            }
        });
        return nodes;
    }

    private static String stateOf(String name) {
        for (Node node : berth.client().nodes()) {
            if (node.name().equals(name)) {
                return node.state();
            }
        }
        return "";
    }

    @Test
    void containerThatDiesIsReplaced() throws Exception {
        berth.roll(LocalBerth.manifest("dies", 1, "", ""));
        // A POST: what may have reached a container is not repeated, so this kills one.
        assertThat(http.send(
                                berth.request(1, "dies", "/die")
                                        .POST(HttpRequest.BodyPublishers.noBody())
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(502);
        HttpResponse<String> answer = get(1, "dies", "/");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-version")).hasValue("1");
    }

    @Test
    void stoppedAppAnswersNothingIsRevivedByRollbackAndCollectedAtItsDate() throws Exception {
        berth.roll(LocalBerth.manifest("stops", 1, "", ""));
        App stopped = berth.client().stop("stops");
        assertThat(stopped.state()).isEqualTo("stopped");
        assertThat(stopped.collectAt()).isPresent();
        LocalBerth.await("404", Duration.ofSeconds(10), () -> {
            try {
                return get(1, "stops", "/").statusCode() == 404
                        && get(2, "stops", "/").statusCode() == 404;
            } catch (IOException | InterruptedException fault) {
                throw new AssertionError(fault);
            }
        });
        Version revived = berth.client().rollback("stops", 1);
        assertThat(berth.outcome("stops", revived.version()).path("outcome").asText())
                .isEqualTo("live");
        assertThat(get(1, "stops", "/").statusCode()).isEqualTo(200);
        List<App> listed = berth.client().apps();
        assertThat(listed).extracting(App::name).contains("stops");
        berth.client().stop("stops");
        LocalBerth.await("the collection", Duration.ofSeconds(60), () -> {
            try {
                berth.client().show("stops");
                return false;
            } catch (BerthException gone) {
                return gone.status() == 404;
            }
        });
        // As each test's end may find it: listed before, collected since.
        berth.stop(listed);
    }
}
