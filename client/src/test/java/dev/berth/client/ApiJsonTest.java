package dev.berth.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ApiJsonTest {
    @Test
    void whatIsNotThereIsEmpty() throws JsonProcessingException {
        String text =
                "{\"name\":\"a\",\"environment\":\"main\",\"state\":\"rolling\",\"newestVersion\":1,\"rollingVersion\":1,"
                        + "\"createdAt\":\"2026-01-02T03:04:05.678Z\",\"reasons\":[\"r\"]}";
        App app = ApiJson.read(text, App.class);
        assertThat(app)
                .isEqualTo(new App(
                        "a",
                        "main",
                        "rolling",
                        Optional.empty(),
                        1,
                        Optional.of(1),
                        Instant.parse("2026-01-02T03:04:05.678Z"),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        List.of("r")));
        assertThat(ApiJson.of(app)).hasToString(text);
    }

    @Test
    void versionIsReadWithAllThatIsInIt() throws JsonProcessingException {
        String text = "{\"environment\":\"main\",\"app\":\"a\",\"version\":3,\"kind\":\"rollback\",\"rollbackOf\":1,"
                + "\"deployedBy\":\"ada\",\"deployedAt\":\"2026-01-02T03:04:05Z\",\"tag\":\"1.10\",\"outcome\":\"live\","
                + "\"receipt\":{\"inFlightAtCutover\":1,\"finished\":2,\"cutAtDeadline\":3,\"dropped\":4,\"abandoned\":5,"
                + "\"takenBack\":6,\"unaccounted\":7,\"longestDrainMillis\":8,\"complete\":true,\"startMillis\":9,"
                + "\"cutoverMillis\":10},\"strategy\":\"rolling\",\"env\":{\"A\":\"1.10\"},\"functions\":[{\"name\":\"web\","
                + "\"command\":[\"x\"],\"cpu\":1.5,\"minContainers\":1,\"timeout\":\"300.0s\",\"urls\":[\"http://a\"],"
                + "\"image\":{\"name\":\"x:1\",\"entrypoint\":[\"y\"],\"workingDir\":\"/w\",\"network\":\"host\",\"shmBytes\":1048576,"
                + "\"volumes\":[\"/a:/b:rw\"],\"ulimits\":[{\"name\":\"nofile\",\"soft\":1,\"hard\":-1}]},"
                + "\"user\":\"app\",\"readOnly\":true,\"pids\":9}]}";
        Version version = ApiJson.read(text, Version.class);
        assertThat(version.rollbackOf()).contains(1);
        assertThat(version.tag()).contains("1.10");
        assertThat(version.commit()).isEmpty();
        assertThat(version.rolling()).isFalse();
        assertThat(version.receipt()).contains(new Version.Receipt(1, 2, 3, 4, 5, 6, 7, 8, true, 9, 10));
        assertThat(version.env()).isEqualTo(Map.of("A", "1.10"));
        assertThat(version.functions())
                .containsExactly(new Version.Function(
                        "web",
                        List.of("x"),
                        Optional.of(1.5),
                        Optional.empty(),
                        1,
                        "300.0s",
                        List.of("http://a"),
                        Optional.of(new Version.Image(
                                "x:1",
                                List.of("y"),
                                Optional.of("/w"),
                                "host",
                                Optional.of(1L << 20),
                                List.of("/a:/b:rw"),
                                List.of(new Version.Ulimit("nofile", 1, -1)))),
                        Optional.of("app"),
                        Optional.of(true),
                        Optional.of(9)));
        assertThat(ApiJson.of(version)).hasToString(text);
    }

    @Test
    void nodeOfAnOlderGatewayNamesNoDriver() throws JsonProcessingException {
        String text =
                "{\"name\":\"n\",\"state\":\"ready\",\"cpu\":4.0,\"cpuFree\":3.0,\"memoryBytes\":2,\"memoryBytesFree\":1,"
                        + "\"containers\":1,\"seenAt\":\"2026-01-02T03:04:05Z\",\"conditions\":[],%s\"gpus\":[]}";
        assertThat(ApiJson.read(text.formatted(""), Node.class).drivers()).isEmpty();
        String drivers = text.formatted(
                "\"drivers\":[{\"kind\":\"process\"}," + "{\"kind\":\"engine\",\"version\":\"Docker 20.10.24\"}],");
        Node node = ApiJson.read(drivers, Node.class);
        assertThat(node.drivers())
                .containsExactly(
                        new Node.Driver("process", Optional.empty()),
                        new Node.Driver("engine", Optional.of("Docker 20.10.24")));
        assertThat(ApiJson.of(node)).hasToString(drivers);
    }

    @Test
    void fieldsOfANewerGatewayArePassedOver() throws JsonProcessingException {
        assertThat(ApiJson.readList(
                        "[{\"name\":\"e\",\"createdAt\":\"2026-01-02T03:04:05Z\",\"new\":{}}]", Environment.class))
                .containsExactly(new Environment("e", Instant.parse("2026-01-02T03:04:05Z")));
    }
}
