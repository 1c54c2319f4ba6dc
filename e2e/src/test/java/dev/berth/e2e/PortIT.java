package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** P9: what an app has left goes to another only when no gateway can take the one for the other. */
class PortIT {
    private static LocalBerth berth;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @BeforeAll
    static void start() throws IOException {
        berth = LocalBerth.shared();
        berth.awaitAll();
    }

    @AfterEach
    void leaveNothing() throws IOException {
        berth.signal("CONT", "gateway-2");
        berth.awaitAll();
        berth.stopAll();
    }

    private static String onPort(String app, int port) {
        return LocalBerth.manifest(app, 1, "", "").replace("web: {", "web: {port: " + port + ", ");
    }

    private CompletableFuture<HttpResponse<String>> get(int gateway, String app) {
        return http.sendAsync(berth.request(gateway, app, "/").build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void portWaitsForTheGatewayThatStandsStillAndSaysSo() throws Exception {
        int port = LocalBerth.freePorts(1);
        berth.roll(onPort("leaver", port));
        assertThat(get(2, "leaver").get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        berth.signal("STOP", "gateway-2");
        CompletableFuture<HttpResponse<String>> late = get(2, "leaver");
        berth.client().stop("leaver");
        LocalBerth.await(
                "the end of its container",
                Duration.ofSeconds(60),
                () -> berth.client().containers("leaver").isEmpty());
        berth.deploy(onPort("taker", port));
        LocalBerth.await("the reason", Duration.ofSeconds(20), () -> {
            String shown = berth.client().version("taker", 1).toString();
            return shown.contains("port " + port + " kept from other apps: main/leaver has left it")
                    && shown.contains("gateway-2, last heard at ");
        });
        assertThat(berth.client().containers("taker")).isEmpty();
        assertThat(late).as("the answer of a gateway that stands still").isNotDone();
        berth.signal("CONT", "gateway-2");
        assertThat(berth.outcome("taker", 1).path("outcome").asText()).isEqualTo("live");
        HttpResponse<String> answer = late.get(90, TimeUnit.SECONDS);
        assertThat(answer.statusCode())
                .as("of an app that was stopped: %s", answer.body())
                .isIn(404, 503);
        assertThat(get(2, "taker").get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }

    /** P1: who answers on the port of a version that can't have it is not taken for it. */
    @Test
    void versionWhosePortAStrangerHoldsFailsAndTheOneBeforeServesOn() throws Exception {
        berth.roll(LocalBerth.manifest("guarded", 1, "", ""));
        HttpServer stranger = HttpServer.create(new InetSocketAddress("127.0.0.1", LocalBerth.freePorts(1)), 0);
        stranger.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        stranger.start();
        try (Load load = new Load(berth, "guarded", 1, 2)) {
            load.pausing(20).plain(2);
            JsonNode failed = berth.roll(onPort("guarded", stranger.getAddress().getPort()));
            assertThat(failed.path("outcome").asText()).isEqualTo("failed");
            assertThat(failed.path("reason").asText())
                    .contains(
                            "port " + stranger.getAddress().getPort() + " of this host is held by process "
                                    + ProcessHandle.current().pid(),
                            "leave web.port out");
            assertThat(load.failures).isEmpty();
        } finally {
            stranger.stop(0);
        }
        assertThat(get(1, "guarded").get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(berth.client().containers("guarded")).singleElement().satisfies(container -> {
            assertThat(container.version()).isEqualTo(1);
            assertThat(container.state()).isEqualTo("ready");
        });
    }

    @Test
    void gatewayThatEndsInOrderIsNotWaitedFor() throws Exception {
        int port = LocalBerth.freePorts(3);
        berth.roll(onPort("first", port + 2));
        Process gateway = berth.another(
                "gateway-2",
                Map.of(
                        "BERTH_GATEWAY_NAME",
                        "leaving",
                        "BERTH_GATEWAY_PORT",
                        String.valueOf(port),
                        "BERTH_GATEWAY_INTERNAL_PORT",
                        String.valueOf(port + 1)));
        try {
            LocalBerth.await("that it counts", Duration.ofSeconds(60), () -> known("leaving"));
        } finally {
            gateway.destroy();
        }
        assertThat(gateway.waitFor(60, TimeUnit.SECONDS)).isTrue();
        LocalBerth.await("that it counts no more", Duration.ofSeconds(10), () -> !known("leaving"));
        berth.client().stop("first");
        assertThat(berth.roll(onPort("second", port + 2)).path("outcome").asText())
                .isEqualTo("live");
    }

    /** Whether a port that is left waits for it. */
    private static boolean known(String gateway) {
        try (Connection database = berth.database();
                PreparedStatement question =
                        database.prepareStatement("select count(*) from scheduler.gateway where name = ?")) {
            question.setString(1, gateway);
            try (ResultSet answer = question.executeQuery()) {
                answer.next();
                return answer.getInt(1) == 1;
            }
        } catch (IOException | SQLException fault) {
            throw new AssertionError(fault);
        }
    }
}
