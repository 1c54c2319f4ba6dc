package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Versions of one app may understand different protocols; its clients see nothing of it. */
class ProtocolIT {
    private static LocalBerth berth;

    @BeforeAll
    static void start() throws IOException {
        berth = LocalBerth.shared();
    }

    @AfterEach
    void leaveNothing() {
        berth.stopAll();
    }

    private static String byHttp2(String manifest) {
        String classes = System.getProperty("java.class.path");
        return manifest.replaceFirst(
                        "-cp, [^,]*, dev.berth.e2e.app.EchoApp", "-cp, \"\\${CLASSES}\", dev.berth.e2e.app.Http2App")
                .replace("${CLASSES}", classes)
                .replace("web: {", "web: {protocol: h2c, ");
    }

    @Test
    void versionsOfBothProtocolsFollowEachOtherUnderLoad() throws Exception {
        String http1 = LocalBerth.manifest("spoken", 1, "", "");
        assertThat(berth.roll(http1).path("outcome").asText()).isEqualTo("live");
        AtomicBoolean over = new AtomicBoolean();
        List<String> wrong = new CopyOnWriteArrayList<>();
        List<CompletableFuture<Void>> clients = List.of(
                asking(HttpClient.Version.HTTP_1_1, over, wrong), asking(HttpClient.Version.HTTP_2, over, wrong));
        assertThat(berth.roll(byHttp2(http1)).path("outcome").asText()).isEqualTo("live");
        assertThat(answer(HttpClient.newHttpClient())).isEqualTo("h2c v2");
        assertThat(berth.roll(http1.replace("MODE: \"\"", "MODE: \"\", AGAIN: \"1\""))
                        .path("outcome")
                        .asText())
                .isEqualTo("live");
        assertThat(answer(HttpClient.newHttpClient())).doesNotContain("h2c");
        over.set(true);
        clients.forEach(CompletableFuture::join);
        assertThat(wrong).isEmpty();
    }

    private static String answer(HttpClient http) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                http.send(berth.request(1, "spoken", "/").build(), HttpResponse.BodyHandlers.ofString());
        return answer.statusCode() == 200 ? answer.body() : "status " + answer.statusCode() + ": " + answer.body();
    }

    /** Asks one request after the other, and notes what is no answer of the app. */
    private static CompletableFuture<Void> asking(HttpClient.Version version, AtomicBoolean over, List<String> wrong) {
        HttpClient http = HttpClient.newBuilder().version(version).build();
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                while (!over.get()) {
                    String answer = answer(http);
                    if (!answer.matches("version [13]|h2c v2")) {
                        wrong.add(answer);
                    }
                }
                done.complete(null);
            } catch (IOException | InterruptedException failed) {
                done.completeExceptionally(failed);
            }
        });
        return done;
    }
}
