package dev.berth.e2e;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.oneOf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.berth.client.ApiJson;
import dev.berth.client.BerthClient;
import dev.berth.client.BerthException;
import dev.berth.client.Token;
import dev.berth.client.Version;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
        return given().port(berth.port)
                .config(RestAssured.config()
                        .encoderConfig(EncoderConfig.encoderConfig()
                                .encodeContentTypeAs("application/yaml", ContentType.TEXT)));
    }

    private static RequestSpecification user() {
        return anyone().header("Authorization", "Bearer " + berth.token());
    }

    @Test
    void everyCallWantsAToken() {
        anyone().get(APPS)
                .then()
                .statusCode(401)
                .contentType(PROBLEM)
                .header("WWW-Authenticate", "Bearer")
                .body("detail", containsString("berth token create"));
        anyone().header("Authorization", "Bearer wrong")
                .get(APPS)
                .then()
                .statusCode(401)
                .contentType(PROBLEM);
        anyone().header("Authorization", "Basic eDp5")
                .delete(APPS + "/x")
                .then()
                .statusCode(401);
    }

    /** The gateway's port is everybody's; however the path is written. */
    @Test
    void metricsWantATokenAndHaveNoPathAmongTheirLabels() {
        for (String path : List.of("/q/metrics", "/q/metrics/", "/q//metrics", "/q/x/../metrics", "/q/%6detrics")) {
            anyone().urlEncodingEnabled(false)
                    .header("Authorization", "Bearer wrong")
                    .get(path)
                    .then()
                    .statusCode(oneOf(401, 404))
                    .body(not(containsString("berth_gateway")));
        }
        anyone().get("/q/metrics")
                .then()
                .statusCode(401)
                .contentType(PROBLEM)
                .header("WWW-Authenticate", "Bearer")
                .body("detail", containsString("berth token create"));
        anyone().get("/q/health").then().statusCode(200);
        user().get("/q/metrics")
                .then()
                .statusCode(200)
                .body(containsString("berth_gateway_refused_total{reason=\"park-full\""))
                .body(containsString("jvm_memory_used_bytes"))
                .body(not(containsString("uri=")))
                .body(not(containsString("http_server")));
    }

    @Test
    void tokenIsItsUsersAndEndsWhenItIsRevoked() {
        Token token = berth.client().createToken("ada");
        RequestSpecification ada =
                anyone().header("Authorization", "Bearer " + token.token().orElseThrow());
        ada.body(LocalBerth.manifest("adas", 1, "", ""))
                .contentType("application/yaml")
                .post(APPS + "/adas/versions")
                .then()
                .statusCode(201)
                .body("deployedBy", equalTo("ada"))
                .body("version", equalTo(1))
                .body("kind", equalTo("deploy"));
        assertThat(berth.client().tokens().toString())
                .doesNotContain(token.token().orElseThrow());
        berth.client().revokeToken(token.id());
        ada.get(APPS).then().statusCode(401);
    }

    @Test
    void badManifestIsRefusedWithEveryProblemAndLeavesNothing() {
        user().contentType("application/yaml")
                .body("app: x\nstratgy: rolling\nfunctions: {web: {web: {}, command: [x], cpu: -3, gpu: H100}}")
                .post(APPS + "/bad/versions")
                .then()
                .statusCode(422)
                .contentType(PROBLEM)
                .body("problems", hasSize(3))
                .body("problems.path", hasItem("functions.web.gpu"))
                .body("problems.path", hasItem("functions.web.cpu"))
                .body("problems.find { it.path == 'stratgy' }.message", containsString("did you mean strategy?"));
        user().get(APPS + "/bad").then().statusCode(404);
    }

    @Test
    void brokenBodiesAreRefused() {
        user().contentType("application/json")
                .body("{\"manifest\": ")
                .post(APPS + "/b/versions")
                .then()
                .statusCode(400)
                .contentType(PROBLEM);
        user().contentType("application/json")
                .body("[".repeat(200_000))
                .post(APPS + "/b/versions")
                .then()
                .statusCode(400);
        user().contentType("application/json")
                .body("{\"a\":".repeat(20_000))
                .post(APPS + "/b/versions")
                .then()
                .statusCode(400);
        user().post(APPS + "/b/versions").then().statusCode(422);
    }

    /** Text, an object, or by itself: whichever way a manifest comes, it is the same one. */
    @Test
    void scalarsArriveAsTheirOwnTextInEveryFormOfAManifest() {
        Map<String, String> env = new LinkedHashMap<>();
        for (String number : List.of(
                "1.10",
                "1e10",
                "1E+2",
                "1.0",
                "0.0001",
                "-0",
                "-0.0",
                "12345678901234567890",
                "3.14159265358979323846264338327950288",
                "1e400",
                "true",
                "false")) {
            env.put("N" + env.size(), number);
        }
        String json = "{\"app\": \"own\", \"env\"\n:\n{"
                + env.entrySet().stream()
                        .map(one -> "\"" + one.getKey() + "\":" + one.getValue())
                        .collect(Collectors.joining(",\t"))
                + ", \"T\": \"\\/\\ud83d\\ude00\\t\\u00e9é #: -\"}, \"functions\": {\"web\": {\"web\": {}, "
                + "\"command\": [\"/bin/true\", 1.10, 1e10, \"1.0\"]}}}";
        String yaml = "app: own\nenv:\n"
                + env.entrySet().stream()
                        .map(one -> "  " + one.getKey() + ": " + one.getValue() + "\n")
                        .collect(Collectors.joining())
                + "  T: \"/😀\\té\\xe9 #: -\"\nfunctions: {web: {web: {}, command: [/bin/true, 1.10, 1e10, '1.0']}}\n";
        env.put("T", "/😀\téé #: -");
        List<String> bodies = List.of(
                "{\"manifest\": " + json + "}",
                "{\"tag\": null,\n\"manifest\"\n:" + json + ",\"force\":false}",
                json,
                "{\"manifest\": " + new TextNode(json) + "}",
                "{\"manifest\": " + new TextNode(yaml) + "}",
                yaml);
        for (String body : bodies) {
            String type = body.equals(yaml) ? "application/yaml; charset=utf-8" : "application/json; charset=utf-8";
            user().contentType(type)
                    .body(body.getBytes(StandardCharsets.UTF_8))
                    .post(APPS + "/own/versions")
                    .then()
                    .statusCode(body.equals(bodies.getFirst()) ? 201 : 200)
                    .body("version", equalTo(1))
                    .body("env", equalTo(env))
                    .body("functions[0].command", equalTo(List.of("/bin/true", "1.10", "1e10", "1.0")));
        }
    }

    @Test
    void textThatIsNoManifestAtAllIsMalformedAndSaysWhereItBreaks() {
        Map<String, String> broken = Map.of(
                "app: [",
                "line 1",
                "app: x\nfunctions:\n  web: port: 3\n",
                "line 3, column 12",
                "app: x\n\tenv: {}\n",
                "line 2, column 1",
                "app: x\nenv: {A: \"\u0001\"}",
                "U+0001");
        broken.forEach((yaml, where) -> {
            for (String path : List.of("versions", "plan")) {
                user().contentType("application/yaml")
                        .body(yaml)
                        .post(APPS + "/b/" + path)
                        .then()
                        .statusCode(400)
                        .contentType(PROBLEM)
                        .body("detail", containsString(where))
                        .body("problems", hasSize(1));
                user().contentType("application/json")
                        .body("{\"manifest\": " + new TextNode(yaml) + "}")
                        .post(APPS + "/b/" + path)
                        .then()
                        .statusCode(400)
                        .body("detail", containsString(where));
            }
        });
        for (String json : List.of(
                "{\"app\": \"b\",\n\"env\" {}}",
                "{\"manifest\":\n{\"app\": \"b\",}}",
                "{\"manifest\": {\"app\": \"b\"}\n",
                "{\"manifest\": \"app: b\",\n\"manifest\": \"app: c\"}")) {
            user().contentType("application/json")
                    .body(json)
                    .post(APPS + "/b/versions")
                    .then()
                    .statusCode(400)
                    .contentType(PROBLEM)
                    .body("detail", containsString("line 2, column "));
        }
        user().get(APPS + "/b").then().statusCode(404);
    }

    @Test
    void whatIsWrongInAManifestOfJsonIsNamedByItsPathAndLine() {
        user().contentType("application/json")
                .body("{\n\"manifest\": {\"app\": \"b\",\n\"env\": {\"A\": 1,\n\"A\": 2}, \"functions\": {}}}")
                .post(APPS + "/b/versions")
                .then()
                .statusCode(422)
                .body("problems.path", equalTo(List.of("env.A")))
                .body("detail", containsString("line 4: duplicate key A, which is in line 3 already"));
        List<Map<String, String>> problems = user().contentType("application/json")
                .body(
                        "{\"manifest\": {\"app\": \"b\", \"env\": {\"A\": null}, \"functions\": {\"web\": {\"web\": null, "
                                + "\"command\": [\"x\", null], \"cpu\": null}}, \"nothing\": null}}")
                .post(APPS + "/b/versions")
                .then()
                .statusCode(422)
                .extract()
                .path("problems");
        assertThat(problems)
                .filteredOn(problem -> problem.get("message").startsWith("has no value"))
                .extracting(problem -> problem.get("path"))
                .containsExactlyInAnyOrder(
                        "env.A", "functions.web.web", "functions.web.command[1]", "functions.web.cpu", "nothing");
    }

    /** A scheduler that stands still, and one that is away. */
    @Test
    void whatWasAcceptedIsKnownOnEveryGatewayWhateverTheSchedulerKnows() throws Exception {
        berth.roll(LocalBerth.manifest("told", 1, "", ""));
        berth.signal("STOP", "scheduler");
        try {
            assertThat(berth.deploy(LocalBerth.manifest("told", 1, "more", ""))
                            .path("version")
                            .asInt())
                    .isEqualTo(2);
            berth.deploy(LocalBerth.manifest("untold", 1, "", ""));
            Stream.of(knowing("told", 2, 1), knowing("untold", 1, 0))
                    .flatMap(List::stream)
                    .toList()
                    .forEach(answer -> answer.join()
                            .forEach(reason -> assertThat(reason)
                                    .containsPattern("the scheduler does not answer|waiting for the scheduler")));
            for (int gateway = 0; gateway < berth.gateways; gateway++) {
                showsWhatItShowedLast(gateway);
            }
        } finally {
            berth.signal("CONT", "scheduler");
        }
        assertThat(berth.outcome("told", 2).path("outcome").asText()).isEqualTo("live");
        assertThat(berth.outcome("untold", 1).path("outcome").asText()).isEqualTo("live");
        Path gate = berth.home.state().resolve("whatever-it-knows");
        berth.kill("scheduler");
        berth.deploy(LocalBerth.gated(LocalBerth.manifest("told", 1, "even more", ""), gate));
        berth.deploy(LocalBerth.gated(LocalBerth.manifest("new", 1, "", ""), gate));
        knowing("told", 3, 2).forEach(CompletableFuture::join);
        knowing("new", 1, 0).forEach(CompletableFuture::join);
        Files.createFile(gate);
        assertThat(berth.outcome("told", 3).path("outcome").asText()).isEqualTo("live");
        assertThat(berth.outcome("new", 1).path("outcome").asText()).isEqualTo("live");
    }

    /** Lists are there, and say that they may be old. */
    private static void showsWhatItShowedLast(int gateway) {
        LocalBerth.await(
                "gateway " + gateway + " to hear no scheduler",
                Duration.ofSeconds(20),
                () -> user().port(berth.port + gateway)
                        .get(APPS + "/told")
                        .path("reasons")
                        .toString()
                        .contains("the scheduler does not answer"));
        user().port(berth.port + gateway)
                .get(APPS + "/told/containers")
                .then()
                .statusCode(200)
                .body("state", equalTo(List.of("ready")))
                .body("version", equalTo(List.of(1)))
                .body("reason[0]", containsString("the scheduler"));
        user().port(berth.port + gateway)
                .get("/v1/environments/main/containers")
                .then()
                .statusCode(200)
                .body("app", hasItem("told"));
        user().port(berth.port + gateway)
                .get("/v1/nodes")
                .then()
                .statusCode(200)
                .body(
                        "name",
                        equalTo(IntStream.rangeClosed(1, 2)
                                .mapToObj(node -> "local-" + node)
                                .toList()))
                .body("state", everyItem(equalTo("ready")));
        user().port(berth.port + gateway)
                .contentType("application/yaml")
                .body(LocalBerth.manifest("told", 1, "planned", ""))
                .post(APPS + "/told/plan")
                .then()
                .statusCode(200)
                .body("cycles[0]", containsString("web v1 on local-"));
    }

    /** What each gateway gives as reasons, all asked at once: one that waits for the scheduler takes its time. */
    private static List<CompletableFuture<List<String>>> knowing(String app, int version, int before) {
        return IntStream.range(0, berth.gateways)
                .boxed()
                .flatMap(gateway -> questions(gateway, app, version, before))
                .map(ApiIT::ask)
                .toList();
    }

    /** A thread for each: those of the common pool are as many as the processors. */
    private static <T> CompletableFuture<T> ask(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> answer.completeAsync(question, Runnable::run));
        return answer;
    }

    /** All that a gateway says of an app that rolls out; each gives the reasons that are among it. */
    private static Stream<Supplier<List<String>>> questions(int gateway, String app, int version, int before) {
        return Stream.of(
                () -> shown(gateway, app, version, before),
                () -> listed(gateway, app, version),
                () -> history(gateway, app, version),
                () -> progress(gateway, app, version));
    }

    private static List<String> shown(int gateway, String app, int version, int before) {
        return user().port(berth.port + gateway)
                .get(APPS + "/" + app)
                .then()
                .statusCode(200)
                .body("state", equalTo("rolling"))
                .body("newestVersion", equalTo(version))
                .body("rollingVersion", equalTo(version))
                .body("version", before == 0 ? nullValue() : equalTo(before))
                .extract()
                .path("reasons");
    }

    private static List<String> listed(int gateway, String app, int version) {
        List<Map<String, Object>> listed = user().port(berth.port + gateway)
                .get(APPS)
                .then()
                .statusCode(200)
                .extract()
                .path("");
        assertThat(listed)
                .anySatisfy(one -> assertThat(one)
                        .containsEntry("name", app)
                        .containsEntry("state", "rolling")
                        .containsEntry("newestVersion", version));
        return List.of();
    }

    private static List<String> history(int gateway, String app, int version) {
        user().port(berth.port + gateway)
                .get(APPS + "/" + app + "/versions")
                .then()
                .statusCode(200)
                .body("[0].version", equalTo(version))
                .body("[0].outcome", equalTo("rolling"));
        return List.of();
    }

    private static List<String> progress(int gateway, String app, int version) {
        return List.of(user().port(berth.port + gateway)
                .get(APPS + "/" + app + "/versions/" + version)
                .then()
                .statusCode(200)
                .body("outcome", equalTo("rolling"))
                .extract()
                .<String>path("progress"));
    }

    @Test
    void acceptedVersionIsRollingOnEveryGatewayFromTheFirstMomentOn() throws IOException {
        Path gate = berth.home.state().resolve("first-moment");
        String manifest = LocalBerth.gated(LocalBerth.manifest("moment", 1, "", ""), gate);
        for (int version = 1; version <= 10; version++) {
            berth.deploy(manifest);
            for (int gateway = 0; gateway < berth.gateways; gateway++) {
                questions(gateway, "moment", version, 0)
                        .map(Supplier::get)
                        .forEach(reasons -> assertThat(reasons).isNotNull());
            }
        }
        Files.createFile(gate);
        assertThat(berth.outcome("moment", 10).path("outcome").asText()).isEqualTo("live");
        for (int version = 1; version < 10; version++) {
            assertThat(berth.outcome("moment", version).path("outcome").asText())
                    .isEqualTo("cancelled");
        }
    }

    @Test
    void bodyOverTheLimitIsRefusedWhetherItsLengthIsSaidOrNot() throws Exception {
        List<Long> before =
                berth.supervisor.parts().stream().map(berth.supervisor::pid).toList();
        byte[] huge = new byte[64 << 20];
        user().body(huge)
                .post(APPS + "/b/versions")
                .then()
                .statusCode(413)
                .contentType(PROBLEM)
                .body("detail", containsString("the body is over this gateway's limit of 4194304 bytes"));
        try (Socket socket = new Socket("127.0.0.1", berth.port)) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST " + APPS + "/b/versions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                            + berth.token() + "\r\nTransfer-Encoding: chunked\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8));
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
                .as("nothing died of it")
                .isEqualTo(before);
    }

    /** RFC 9110, 10.1.1: curl asks so before a larger body, and would wait for a second. */
    @Test
    void bodyThatIsAskedForFirstIsAskedFor() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", berth.port)) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            out.write(("POST " + APPS + "/none/rollback HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                            + berth.token()
                            + "\r\nContent-Type: application/json\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8));
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            assertThat(in.readLine()).isEqualTo("HTTP/1.1 100 Continue");
            assertThat(in.readLine()).isEmpty();
            out.write("{}".getBytes(StandardCharsets.UTF_8));
            assertThat(in.readLine()).isEqualTo("HTTP/1.1 404 Not Found");
        }
    }

    @Test
    void whatIsNotThereIs404() {
        user().get(APPS + "/nobody")
                .then()
                .statusCode(404)
                .contentType(PROBLEM)
                .body("detail", containsString("nobody"));
        user().get(APPS + "/nobody/versions").then().statusCode(404);
        user().get(APPS + "/nobody/versions/1").then().statusCode(404);
        user().delete(APPS + "/nobody").then().statusCode(404);
        user().post(APPS + "/nobody/rollback").then().statusCode(404);
        user().post(APPS + "/nobody/rollover").then().statusCode(404);
        user().get("/v1/nothing").then().statusCode(404);
        user().delete("/v1/tokens/t-none").then().statusCode(404);
        user().contentType("application/yaml")
                .body(LocalBerth.manifest("x", 1, "", ""))
                .post("/v1/environments/nowhere/apps/x/versions")
                .then()
                .statusCode(404)
                .body("detail", containsString("berth environment create nowhere"));
    }

    @Test
    void versionShowsItsOutcomeAndReceipt() {
        JsonNode version = berth.roll(LocalBerth.manifest("shown", 1, "", ""));
        user().get(APPS + "/shown/versions/" + version.path("version").asInt())
                .then()
                .statusCode(200)
                .body("outcome", equalTo("live"))
                .body("deployedAt", notNullValue())
                .body("receipt.inFlightAtCutover", equalTo(0))
                .body("receipt.dropped", equalTo(0));
        user().get(APPS + "/shown/containers")
                .then()
                .statusCode(200)
                .body("", hasSize(1))
                .body("[0].state", equalTo("ready"))
                .body("[0].version", equalTo(1))
                .body("[0].gpus", hasSize(0));
        user().get(APPS + "/shown/versions/7").then().statusCode(404);
    }

    /** Nothing that the API says is missing in the client's records, and nothing is another thing there. */
    @Test
    void clientsRecordsSayWhatTheApiSays() throws IOException {
        berth.roll(LocalBerth.manifest("record", 1, "", ""));
        BerthClient client = berth.client();
        same("/v1/environments", client.environmentList());
        same("/v1/tokens", client.tokens());
        same(APPS, client.apps());
        same(APPS + "/record", client.show("record"));
        same(APPS + "/record/versions", client.versions("record"));
        same(APPS + "/record/versions/1", client.version("record", 1));
        same(APPS + "/record/containers", client.containers("record"));
        JsonNode nodes = json(user().get("/v1/nodes").asString());
        JsonNode records = json(ApiJson.of(client.nodes()).toString());
        assertThat(records.get(0).fieldNames())
                .toIterable()
                .containsExactlyElementsOf(() -> nodes.get(0).fieldNames());
        String manifest = LocalBerth.manifest("record", 2, "other", "");
        JsonNode plan = json(user().contentType("application/yaml")
                .body(manifest)
                .post(APPS + "/record/plan")
                .asString());
        assertThat(json(ApiJson.of(client.plan(
                                "record", manifest, "", new BerthClient.DeployOptions("", "", "", "", false)))
                        .toString()))
                .isEqualTo(plan);
    }

    private static void same(String path, Object records) throws IOException {
        assertThat(json(ApiJson.of(records).toString()))
                .as(path)
                .isEqualTo(json(user().get(path).asString()));
    }

    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text);
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
        Assertions.assertThatThrownBy(() -> berth.deploy(LocalBerth.manifest("taker", 1, "", "")
                        .replace("readiness: /ready", "readiness: /ready, label: owner-web")))
                .isInstanceOfSatisfying(BerthException.class, refusal -> {
                    assertThat(refusal.status()).isEqualTo(409);
                    assertThat(refusal).hasMessageContaining("owner-web belongs to app owner");
                });
        user().get(APPS + "/taker").then().statusCode(404);
    }

    @Test
    void otherEnvironmentsAreApart() throws Exception {
        berth.client().createEnvironment("staging");
        var staging = new BerthClient("http://localhost:" + berth.port, berth.token(), "staging");
        Version version = staging.deploy(
                "apart",
                LocalBerth.manifest("apart", 1, "", ""),
                "",
                new BerthClient.DeployOptions("", "", "", "", false));
        LocalBerth.await(
                "live",
                java.time.Duration.ofSeconds(30),
                () -> staging.version("apart", version.version()).outcome().equals("live"));
        anyone().header("Host", "staging--apart.localhost").get("/").then().statusCode(200);
        anyone().header("Host", "apart.localhost").get("/").then().statusCode(404);
        anyone().header("Host", "v1--staging--apart-web.localhost")
                .get("/")
                .then()
                .statusCode(200);
        user().delete("/v1/environments/staging").then().statusCode(409);
        staging.stop("apart");
        LocalBerth.await(
                "its end",
                java.time.Duration.ofSeconds(30),
                () -> staging.containers("").isEmpty());
    }

    @Test
    void logsAreKept() {
        berth.roll(LocalBerth.manifest("talks", 1, "", ""));
        LocalBerth.await("its output", java.time.Duration.ofSeconds(10), () -> {
            List<String> lines = new ArrayList<>();
            berth.client().logs("talks", "", false, line -> lines.add(line.text()));
            return lines.contains("starting in mode ");
        });
    }
}
