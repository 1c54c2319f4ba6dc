package dev.berth.e2e;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.client.BerthException;
import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The REST API as a stranger meets it: what it refuses, and with which words. */
class ApiIT {
    private static final String PROBLEM = "application/problem+json";
    private static final String APPS = "/v1/environments/main/apps";
    private static LocalBerth berth;

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

    private static RequestSpecification anyone() {
        return given().port(berth.port).config(RestAssured.config().encoderConfig(
                EncoderConfig.encoderConfig().encodeContentTypeAs("application/yaml", ContentType.TEXT)));
    }

    private static RequestSpecification user() {
        return anyone().header("Authorization", "Bearer " + berth.token());
    }

    @Test
    void everyCallWantsAToken() {
        anyone().get(APPS).then().statusCode(401).contentType(PROBLEM).header("WWW-Authenticate", "Bearer")
                .body("detail", containsString("berth token create"));
        anyone().header("Authorization", "Bearer wrong").get(APPS).then().statusCode(401).contentType(PROBLEM);
        anyone().header("Authorization", "Basic eDp5").delete(APPS + "/x").then().statusCode(401);
    }

    @Test
    void tokenIsItsUsersAndEndsWhenItIsRevoked() {
        JsonNode token = berth.client().createToken("ada");
        RequestSpecification ada = anyone().header("Authorization", "Bearer " + token.path("token").asText());
        ada.body(LocalBerth.manifest("adas", 1, "", "")).contentType("application/yaml").post(APPS + "/adas/versions")
                .then()
                .statusCode(201).body("deployedBy", equalTo("ada")).body("version", equalTo(1))
                .body("kind", equalTo("deploy"));
        assertThat(berth.client().tokens().toString()).doesNotContain(token.path("token").asText());
        berth.client().revokeToken(token.path("id").asText());
        ada.get(APPS).then().statusCode(401);
    }

    @Test
    void badManifestIsRefusedWithEveryProblemAndLeavesNothing() {
        user().contentType("application/yaml")
                .body("app: x\nstratgy: rolling\nfunctions: {web: {web: {}, command: [x], cpu: -3, gpu: H100}}")
                .post(APPS + "/bad/versions").then().statusCode(422).contentType(PROBLEM).body("problems", hasSize(3))
                .body("problems.path", hasItem("functions.web.gpu")).body("problems.path", hasItem("functions.web.cpu"))
                .body("problems.find { it.path == 'stratgy' }.message", containsString("did you mean strategy?"));
        user().get(APPS + "/bad").then().statusCode(404);
    }

    @Test
    void brokenBodiesAreRefused() {
        user().contentType("application/json").body("{\"manifest\": ").post(APPS + "/b/versions").then().statusCode(400)
                .contentType(PROBLEM);
        user().contentType("application/yaml").body("app: [").post(APPS + "/b/versions").then().statusCode(422)
                .body("detail", containsString("not valid YAML"));
        user().contentType("application/json").body("[".repeat(200_000)).post(APPS + "/b/versions").then()
                .statusCode(422);
        user().contentType("application/json").body("{\"a\":".repeat(20_000)).post(APPS + "/b/versions").then()
                .statusCode(400);
        user().post(APPS + "/b/versions").then().statusCode(422);
    }

    @Test
    void bodyOverTheLimitIsRefusedWhetherItsLengthIsSaidOrNot() throws Exception {
        List<Long> before = berth.supervisor.parts().stream().map(berth.supervisor::pid).toList();
        byte[] huge = new byte[64 << 20];
        user().body(huge).post(APPS + "/b/versions").then().statusCode(413).contentType(PROBLEM)
                .body("detail", containsString("the body is over this gateway's limit of 4194304 bytes"));
        try (Socket socket = new Socket("127.0.0.1", berth.port)) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST " + APPS + "/b/versions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                    + berth.token() + "\r\nTransfer-Encoding: chunked\r\n\r\n").getBytes(StandardCharsets.UTF_8));
            CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> {
                try {
                    return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                            .readLine();
                } catch (IOException cut) {
                    throw new UncheckedIOException(cut);
                }
            });
            byte[] chunk = ("100000\r\n" + "x".repeat(1 << 20) + "\r\n").getBytes(StandardCharsets.UTF_8);
            int sent = 0;
            try {
                while (sent < 400 && !answer.isDone()) {
                    out.write(chunk);
                    sent++;
                }
            } catch (SocketException closed) {
                // Cut, as it should be once it is refused.
            }
            assertThat(answer.get(10, TimeUnit.SECONDS)).startsWith("HTTP/1.1 413 ");
            assertThat(sent).isLessThan(100);
        }
        assertThat(berth.supervisor.parts().stream().map(berth.supervisor::pid).toList())
                .as("nothing died of it").isEqualTo(before);
    }

    @Test
    void whatIsNotThereIs404() {
        user().get(APPS + "/nobody").then().statusCode(404).contentType(PROBLEM).body("detail",
                containsString("nobody"));
        user().get(APPS + "/nobody/versions").then().statusCode(404);
        user().get(APPS + "/nobody/versions/1").then().statusCode(404);
        user().delete(APPS + "/nobody").then().statusCode(404);
        user().post(APPS + "/nobody/rollback").then().statusCode(404);
        user().post(APPS + "/nobody/rollover").then().statusCode(404);
        user().get("/v1/nothing").then().statusCode(404);
        user().delete("/v1/tokens/t-none").then().statusCode(404);
        user().contentType("application/yaml").body(LocalBerth.manifest("x", 1, "", ""))
                .post("/v1/environments/nowhere/apps/x/versions").then().statusCode(404)
                .body("detail", containsString("berth environment create nowhere"));
    }

    @Test
    void versionShowsItsOutcomeAndReceipt() {
        JsonNode version = berth.roll(LocalBerth.manifest("shown", 1, "", ""));
        user().get(APPS + "/shown/versions/" + version.path("version").asInt()).then().statusCode(200)
                .body("outcome", equalTo("live")).body("deployedAt", notNullValue())
                .body("receipt.inFlightAtCutover", equalTo(0)).body("receipt.dropped", equalTo(0));
        user().get(APPS + "/shown/containers").then().statusCode(200).body("", hasSize(1))
                .body("[0].state", equalTo("ready")).body("[0].version", equalTo(1)).body("[0].gpus", hasSize(0));
        user().get(APPS + "/shown/versions/7").then().statusCode(404);
    }

    @Test
    void identicalDeployMakesNoVersionUnlessForced() {
        String manifest = LocalBerth.manifest("same", 1, "", "");
        berth.roll(manifest);
        JsonNode again = berth.deploy(manifest, "", false);
        assertThat(again.path("created").asBoolean()).isFalse();
        assertThat(again.path("version").asInt()).isEqualTo(1);
        assertThat(berth.deploy(manifest, "", true).path("version").asInt()).isEqualTo(2);
    }

    @Test
    void twoAppsCantOwnOneLabel() {
        berth.roll(LocalBerth.manifest("owner", 1, "", ""));
        Assertions
                .assertThatThrownBy(
                        () -> berth.deploy(LocalBerth.manifest("taker", 1, "", "").replace("readiness: /ready",
                                "readiness: /ready, label: owner-web")))
                .isInstanceOfSatisfying(BerthException.class, refusal -> {
                    assertThat(refusal.status()).isEqualTo(409);
                    assertThat(refusal).hasMessageContaining("owner-web belongs to app owner");
                });
        user().get(APPS + "/taker").then().statusCode(404);
    }

    @Test
    void otherEnvironmentsAreApart() throws Exception {
        berth.client().createEnvironment("staging");
        var staging = new dev.berth.client.BerthClient("http://localhost:" + berth.port, berth.token(), "staging");
        JsonNode version = staging.deploy("apart", LocalBerth.manifest("apart", 1, "", ""), "",
                new dev.berth.client.BerthClient.DeployOptions("", "", "", "", false));
        LocalBerth.await("live", java.time.Duration.ofSeconds(30),
                () -> staging.version("apart", version.path("version").asInt()).path("outcome").asText()
                        .equals("live"));
        anyone().header("Host", "staging--apart.localhost").get("/").then().statusCode(200);
        anyone().header("Host", "apart.localhost").get("/").then().statusCode(404);
        anyone().header("Host", "v1--staging--apart-web.localhost").get("/").then().statusCode(200);
        user().delete("/v1/environments/staging").then().statusCode(409);
        staging.stop("apart");
        LocalBerth.await("its end", java.time.Duration.ofSeconds(30), () -> staging.containers("").isEmpty());
    }

    @Test
    void logsAreKept() {
        berth.roll(LocalBerth.manifest("talks", 1, "", ""));
        LocalBerth.await("its output", java.time.Duration.ofSeconds(10), () -> {
            List<String> lines = new java.util.ArrayList<>();
            berth.client().logs("talks", "", false, line -> lines.add(line.path("text").asText()));
            return lines.contains("starting in mode ");
        });
    }
}
