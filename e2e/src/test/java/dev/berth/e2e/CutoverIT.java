package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.client.ApiJson;
import dev.berth.client.Version;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** P2 and P3 under real load, and what the receipt says of it. */
class CutoverIT {
    private static LocalBerth berth;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws IOException {
        berth = LocalBerth.shared();
    }

    @AfterEach
    void leaveNothing() throws IOException {
        berth.awaitAll();
        berth.stopAll();
    }

    /**
     * A cutover as its client saw it: the MODE whose containers it drained (those of older ones drain already), and
     * two instants in System.nanoTime between which it was.
     */
    private record Cutover(String drained, long from, long to) {}

    @Test
    void nothingFailsAndNothingIsStaleThroughTwentyDeploysAndFiveRollbacks() throws Exception {
        String manifest = LocalBerth.manifest("busy", 3, "", "");
        assertThat(berth.roll(manifest).path("outcome").asText()).isEqualTo("live");
        Load load = new Load(berth, "busy", 1, 2);
        Map<Integer, Cutover> cutovers = new TreeMap<>();
        try (load) {
            load.plain(8).posts(4).slow(4, 5_000).streams(4, 30).webSockets(4, 20);
            String live = "";
            String before = "";
            for (int i = 1; i <= 25; i++) {
                boolean back = i % 5 == 0;
                String mode = back ? before : "m" + i;
                // Before it is asked for: containers of that spec that still drain answer for it at once.
                load.newest.put(mode, i + 1);
                long from = System.nanoTime();
                JsonNode version = back
                        ? ApiJson.of(berth.client().rollback("busy", 0))
                        : berth.deploy(LocalBerth.manifest("busy", 3, mode, ""));
                int number = version.path("version").asInt();
                assertThat(number).isEqualTo(i + 1);
                assertThat(version.path("env").path("MODE").asText()).isEqualTo(mode);
                JsonNode done = berth.outcome("busy", number);
                assertThat(done.path("outcome").asText())
                        .as("v%d: %s", number, done.path("reason"))
                        .isEqualTo("live");
                load.floor.set(number);
                cutovers.put(number, new Cutover(live, from, System.nanoTime()));
                before = live;
                live = mode;
            }
        }
        assertThat(load.failures).isEmpty();
        for (String kind : List.of("plain", "post", "slow", "stream", "websocket")) {
            assertThat(load.count(kind)).as(kind).isPositive();
        }
        System.out.println("through 25 rollouts: " + load.done);
        cutovers.forEach((version, cut) -> {
            JsonNode receipt = berth.receipt("busy", version);
            long inFlight = receipt.path("inFlightAtCutover").asLong();
            for (String none : List.of("dropped", "cutAtDeadline", "abandoned", "unaccounted")) {
                assertThat(receipt.path(none).asLong())
                        .as("v%d %s", version, none)
                        .isZero();
            }
            assertThat(receipt.path("finished").asLong()
                            + receipt.path("takenBack").asLong())
                    .isEqualTo(inFlight);
            // The instant of the cutover is the scheduler's own; the clients know it lies between the two.
            assertThat(inFlight)
                    .as("v%d: %s", version, receipt)
                    .isBetween(
                            load.spans.stream()
                                    .filter(span -> span.surelyCovers(cut.drained(), cut.from(), cut.to()))
                                    .count(),
                            load.spans.stream()
                                    .filter(span -> span.mayTouch(cut.from(), cut.to()))
                                    .count());
        });
    }

    @Test
    void receiptCountsWhatTheClientsHadInFlightAndHowEachEnded() throws Exception {
        berth.roll(LocalBerth.manifest("counted", 3, "", ""));
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        List<CompletableFuture<HttpResponse<String>>> slow = new ArrayList<>();
        List<CompletableFuture<HttpResponse<String>>> left = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            (i < 12 ? slow : left)
                    .add(http.sendAsync(
                            berth.request(1 + i % 2, "counted", "/slow=6000").build(),
                            HttpResponse.BodyHandlers.ofString()));
        }
        List<InputStream> streams = new ArrayList<>();
        List<WebSocket> sockets = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            streams.add(http.send(
                            berth.request(1 + i % 2, "counted", "/stream=50").build(),
                            HttpResponse.BodyHandlers.ofInputStream())
                    .body());
            sockets.add(http.newWebSocketBuilder()
                    .buildAsync(
                            URI.create("ws://127.0.0.1:" + (berth.port + i % 2) + "/-/counted/ws"),
                            new WebSocket.Listener() {})
                    .join());
        }
        LocalBerth.await("16 slow requests in the containers", Duration.ofSeconds(5), () -> holding("counted") == 16);
        JsonNode version = berth.roll(LocalBerth.manifest("counted", 3, "next", ""));
        assertThat(slow).as("all of them outlast the cutover").noneMatch(CompletableFuture::isDone);
        left.forEach(request -> request.cancel(true));
        sockets.forEach(socket -> socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join());
        for (InputStream stream : streams) {
            assertThat(new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .filter(line -> line.startsWith("data: ")))
                    .hasSize(50);
        }
        assertThat(slow)
                .allSatisfy(answer -> assertThat(answer.join().statusCode()).isEqualTo(200));
        assertThat(slow)
                .allSatisfy(answer -> assertThat(answer.join().headers().firstValue("x-version"))
                        .hasValue("1"));
        JsonNode receipt = berth.receipt("counted", version.path("version").asInt());
        assertThat(receipt.path("inFlightAtCutover").asInt()).isEqualTo(32);
        assertThat(receipt.path("finished").asInt()).isEqualTo(12 + 8 + 8);
        assertThat(receipt.path("abandoned").asInt()).isEqualTo(4);
        for (String none : List.of("dropped", "cutAtDeadline", "takenBack", "unaccounted")) {
            assertThat(receipt.path(none).asInt()).as(none).isZero();
        }
        assertThat(receipt.path("longestDrainMillis").asLong()).isBetween(500L, 6_100L);
    }

    @Test
    void rollbackTakesDrainingContainersBackWithoutAStart() throws Exception {
        berth.roll(LocalBerth.manifest("back", 2, "", ""));
        List<String> before = ids("back");
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        Path taken = folder.resolve("taken");
        CompletableFuture<HttpResponse<String>> held = http.sendAsync(
                berth.request(1, "back", "/until=" + taken).build(), HttpResponse.BodyHandlers.ofString());
        CompletableFuture<HttpResponse<String>> held2 = http.sendAsync(
                berth.request(1, "back", "/until=" + taken).build(), HttpResponse.BodyHandlers.ofString());
        LocalBerth.await("two requests in the containers", Duration.ofSeconds(5), () -> holding("back") == 2);
        berth.roll(LocalBerth.manifest("back", 2, "other", ""));
        Version rollback = berth.client().rollback("back", 0);
        JsonNode live = berth.outcome("back", rollback.version());
        assertThat(live.path("outcome").asText()).isEqualTo("live");
        assertThat(live.path("kind").asText()).isEqualTo("rollback");
        assertThat(live.path("rollbackOf").asInt()).isEqualTo(1);
        assertThat(live.path("deployedBy").asText()).isEqualTo(System.getProperty("user.name"));
        assertThat(ids("back")).containsAll(before);
        Files.createFile(taken);
        assertThat(held.join().statusCode()).isEqualTo(200);
        assertThat(held2.join().statusCode()).isEqualTo(200);
    }

    /** How many held requests the app's containers have said that they got. */
    private static int holding(String app) {
        AtomicInteger lines = new AtomicInteger();
        berth.client().logs(app, "", false, line -> {
            if (line.text().startsWith("holding /")) {
                lines.incrementAndGet();
            }
        });
        return lines.get();
    }

    private static List<String> ids(String app) {
        List<String> ids = new ArrayList<>();
        berth.client().containers(app).forEach(container -> {
            if (container.state().equals("ready")) {
                ids.add(container.id());
            }
        });
        return ids;
    }

    @Test
    void concurrentDeploysLeaveNoGapsAndTheNewestIsLive() throws Exception {
        int clients = 16;
        List<Thread> threads = new ArrayList<>();
        List<Integer> made = java.util.Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < clients; i++) {
            int number = i;
            threads.add(Thread.ofVirtual()
                    .start(() -> made.add(berth.deploy(LocalBerth.manifest("race", 1, "c" + number, ""))
                            .path("version")
                            .asInt())));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(made.stream().sorted().toList())
                .isEqualTo(java.util.stream.IntStream.rangeClosed(1, clients)
                        .boxed()
                        .toList());
        assertThat(berth.outcome("race", clients).path("outcome").asText()).isEqualTo("live");
        for (int version = 1; version < clients; version++) {
            assertThat(berth.outcome("race", version).path("outcome").asText()).isIn("cancelled", "superseded");
        }
    }
}
