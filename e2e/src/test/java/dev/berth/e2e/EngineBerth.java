package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.agent.runtime.engine.TestEngine;
import dev.berth.agent.runtime.engine.TestKind;
import dev.berth.client.Container;
import dev.berth.client.Node;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A Berth of one node and one gateway, and the engine that it alone knows. */
final class EngineBerth implements AutoCloseable {
    static final String NODE = "local-1";
    /** In which an engine that comes or goes is noticed. */
    static final Duration NOTICED = Duration.ofSeconds(5);

    /** The one that {@code -Dberth.engine=DOCKER_26} names, else this machine's own. */
    static final TestKind KIND = TestKind.valueOf(System.getProperty("berth.engine", TestKind.DOCKER.name()));

    static final Path IMAGES = LocalBerth.ROOT.resolve("e2e/src/test/images");

    final TestEngine engine;
    final LocalBerth berth;
    /** Where the agent's user would have {@code docker login} keep what it is told. */
    final Path logins;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private EngineBerth(TestEngine engine, LocalBerth berth, Path logins) {
        this.engine = engine;
        this.berth = berth;
        this.logins = logins;
    }

    /** @param modes of the images {@code echo:MODE} that are there, whose containers answer with that mode */
    static EngineBerth start(String name, String... modes) throws IOException {
        TestEngine engine = TestEngine.own(KIND, "--live-restore");
        try {
            takePython(engine);
            for (String mode : modes) {
                build(engine, mode);
            }
            Path logins = folder(name + "-logins");
            return new EngineBerth(
                    engine,
                    LocalBerth.start(
                            name,
                            1,
                            1,
                            Map.of(
                                    "DOCKER_HOST",
                                    engine.settings().host().toString(),
                                    "DOCKER_CONFIG",
                                    logins.toString())),
                    logins);
        } catch (IOException | RuntimeException | Error fault) {
            engine.close();
            throw fault;
        }
    }

    /** An empty one. */
    private static Path folder(String name) throws IOException {
        Path folder = LocalBerth.ROOT.resolve("e2e/target").resolve(name);
        LocalBerth.delete(folder);
        return Files.createDirectories(folder);
    }

    /** This machine's own, by the name that users know: there is no registry to have it from. */
    static void takePython(TestEngine engine) throws IOException {
        take(engine, "python", "3.13-slim", "python.py");
    }

    /** Makes an image of what a script writes. */
    static void take(TestEngine engine, String repository, String tag, String script, String... arguments)
            throws IOException {
        List<String> command =
                new ArrayList<>(List.of("python3", "-B", IMAGES.resolve(script).toString()));
        command.addAll(List.of(arguments));
        Process python;
        try {
            python = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException none) {
            System.err.println("SKIPPED: there is no python3 to make an image of (Debian: apt-get install python3)");
            Assumptions.abort("there is no python3");
            throw none;
        }
        engine.take(repository, tag, python.getInputStream());
        if (python.onExit().join().exitValue() != 0) {
            throw new IOException(script + " failed");
        }
    }

    void build(String mode) throws IOException {
        build(engine, mode);
    }

    /** An image {@code echo:MODE}, whose containers answer with that mode. */
    static void build(TestEngine engine, String mode) throws IOException {
        Path folder = folder("engine-image");
        Files.copy(IMAGES.resolve("echo/echo.py"), folder.resolve("echo.py"));
        Files.writeString(
                folder.resolve("Dockerfile"),
                "FROM python:3.13-slim\nCOPY echo.py /srv/\nENV MODE=" + mode
                        + "\nCMD [\"python\", \"/srv/echo.py\"]\n");
        engine.build("echo:" + mode, folder);
    }

    static String manifest(String app, String image, int containers) {
        return """
                app: %s
                image: %s
                functions:
                  web:
                    web: {readiness: /}
                    min_containers: %d
                    stop_grace: 5s
                """.formatted(app, image, containers);
    }

    /** Of an app in busybox; what the script says comes before it serves. */
    static String shell(String app, String script, String more) {
        return """
                app: %s
                image: %s
                functions:
                  web:
                    web: {}
                    command: [sh, -c, '%sexec httpd -f -p $PORT -h /etc']
                %s
                """.formatted(app, TestEngine.IMAGE, script, more.indent(4));
    }

    static JsonNode live(JsonNode version) {
        assertThat(version.path("outcome").asText())
                .as(version.path("reason").asText())
                .isEqualTo("live");
        return version;
    }

    /** Of the image whose container answers for the app. */
    String mode(String app) throws IOException, InterruptedException {
        return get(berth, app).headers().firstValue("x-mode").orElse("none");
    }

    HttpResponse<String> get(LocalBerth of, String app) throws IOException, InterruptedException {
        return http.send(of.request(1, app, "/").build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Those of this Berth's, as its engine has them, by their ids here. */
    Map<String, TestEngine.Seen> running(String app) throws IOException {
        Map<String, TestEngine.Seen> all = engine.seen();
        Map<String, TestEngine.Seen> running = new TreeMap<>();
        for (Container container : berth.client().containers(app)) {
            TestEngine.Seen seen = all.get("berth-" + NODE + "-" + container.id());
            if (seen != null && seen.running() && container.state().equals("ready")) {
                running.put(container.id(), seen);
            }
        }
        return running;
    }

    Node node() {
        return berth.client().nodes().getFirst();
    }

    /** What the command says, as a user types it. */
    String typed(String... arguments) throws IOException, InterruptedException {
        return typed(Map.of("BERTH_HOME", berth.home.state().toString()), arguments);
    }

    /** @param environment what else its shell has */
    static String typed(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(LocalBerth.ROOT.resolve("berth").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        return said(builder);
    }

    /** What a command says, once it has succeeded. */
    static String said(ProcessBuilder command) throws IOException, InterruptedException {
        Process process = command.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException(String.join(" ", command.command()) + " failed: " + said);
        }
        return said;
    }

    @Override
    public void close() {
        berth.stop();
        engine.close();
    }
}
