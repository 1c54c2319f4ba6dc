package dev.berth.e2e;

import dev.berth.agent.runtime.engine.TestEngine;
import dev.berth.agent.runtime.engine.TestKind;
import dev.berth.client.BerthClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** What {@code deploy/compose} runs, from a copy of what a clone has once it is built, on an engine of its own. */
final class ComposeBerth implements AutoCloseable {
    private static final List<String> SERVICES =
            List.of("registry-service", "scheduler-service", "api-gateway", "node-agent");
    private static final List<String> PORTS = List.of(
            "BERTH_PORT",
            "BERTH_POSTGRES_PORT",
            "BERTH_NATS_PORT",
            "BERTH_REGISTRY_PORT",
            "BERTH_SCHEDULER_PORT",
            "BERTH_AGENT_PORT",
            "BERTH_GATEWAY_INTERNAL_PORT");

    final TestEngine engine;
    /** The copy's {@code deploy/compose}. */
    final Path folder;
    /** Of the gateway, once it is set apart. */
    int port;

    private ComposeBerth(TestEngine engine, Path folder) {
        this.engine = engine;
        this.folder = folder;
    }

    /** Before {@code ./configure}; where there can be none, the test is skipped, and says why. */
    static ComposeBerth prepared() throws IOException, InterruptedException {
        LocalBerth.prepare();
        // It may change no rule of the host: what is published goes through its own proxy.
        TestEngine engine = TestEngine.own(TestKind.DOCKER_26, "--live-restore");
        try {
            ComposeBerth berth = new ComposeBerth(engine, engine.folder("clone").resolve("deploy/compose"));
            berth.needCompose();
            berth.takeImages();
            berth.copyClone();
            return berth;
        } catch (IOException | InterruptedException | RuntimeException | Error fault) {
            engine.close();
            throw fault;
        }
    }

    private void needCompose() throws IOException, InterruptedException {
        Process version = engine.inside(List.of("docker", "compose", "version"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (version.waitFor() != 0) {
            System.err.println("SKIPPED: there is no docker compose (.ci/engines makes a Debian 13 that has it)");
            Assumptions.abort("there is no docker compose");
        }
    }

    /** By the names that compose.yaml and the Dockerfile have them by: there is no registry to have them from. */
    private void takeImages() throws IOException {
        EngineBerth.takePython(engine);
        EngineBerth.take(
                engine,
                "berth-test/machine",
                "1",
                "machine.py",
                System.getProperty("java.home"),
                postgres().toString());
        Path images = EngineBerth.IMAGES.resolve("compose");
        engine.build("eclipse-temurin:25-jre", images.resolve("java"));
        engine.build("nats:2.12", images.resolve("nats"));
        engine.build("postgres:17", images.resolve("postgres"));
    }

    /** The one that the build unpacks for {@code berth up}. */
    private static Path postgres() throws IOException {
        try (Stream<Path> all = Files.list(LocalBerth.ROOT.resolve("cli/target/postgres"))) {
            return all.filter(each -> Files.exists(each.resolve("bin/postgres")))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no PostgreSQL was unpacked"));
        }
    }

    private void copyClone() throws IOException, InterruptedException {
        Path clone = engine.folder("clone");
        List<String> command = new ArrayList<>(List.of("cp", "--recursive", "--parents", "deploy", "docs"));
        SERVICES.forEach(service -> command.add(service + "/target/quarkus-app"));
        command.add(clone.toString());
        EngineBerth.said(new ProcessBuilder(command).directory(LocalBerth.ROOT.toFile()));
        // Whoever runs Berth from this very tree has these.
        Files.deleteIfExists(folder.resolve(".env"));
        Files.deleteIfExists(folder.resolve("nats.conf"));
    }

    /** In {@code deploy/compose}, as a user types it. */
    ProcessBuilder command(String... words) throws IOException {
        List<String> whole = new ArrayList<>(List.of("env", "--chdir=" + folder));
        whole.addAll(List.of(words));
        ProcessBuilder command = engine.inside(whole);
        command.environment().put("DOCKER_HOST", engine.settings().host().toString());
        return command;
    }

    String compose(String... words) throws IOException, InterruptedException {
        return EngineBerth.said(command(
                Stream.concat(Stream.of("docker", "compose"), Stream.of(words)).toArray(String[]::new)));
    }

    /** Says in {@code .env} what keeps it from others on this machine: free ports, its engine, a folder. */
    void setApart() throws IOException {
        port = LocalBerth.freePorts(PORTS.size());
        List<String> settings = new ArrayList<>();
        for (int i = 0; i < PORTS.size(); i++) {
            settings.add(PORTS.get(i) + "=" + (port + i));
        }
        settings.add("DOCKER_SOCKET=" + engine.settings().host().getPath());
        settings.add("BERTH_NODE_STATE=" + engine.folder("node"));
        Files.write(folder.resolve(".env"), settings, StandardOpenOption.APPEND);
    }

    /** With the variables that the README says to set. */
    String berth(String... words) throws IOException, InterruptedException {
        return EngineBerth.typed(
                Map.of("BERTH_SERVER", "http://localhost:" + port, "BERTH_TOKEN", setting("BERTH_TOKEN")), words);
    }

    BerthClient client() throws IOException {
        return new BerthClient("http://localhost:" + port, setting("BERTH_TOKEN"), "main");
    }

    private String setting(String name) throws IOException {
        return Files.readAllLines(folder.resolve(".env")).stream()
                .filter(line -> line.startsWith(name + "="))
                .map(line -> line.substring(name.length() + 1))
                .collect(Collectors.joining());
    }

    @Override
    public void close() {
        engine.close();
    }
}
