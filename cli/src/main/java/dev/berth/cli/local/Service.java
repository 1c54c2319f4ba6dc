package dev.berth.cli.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A program of Berth: where it lies, and how its JVM is started, for a training run as for any other. */
enum Service {
    REGISTRY("registry-service", 128),
    SCHEDULER("scheduler-service", 128),
    AGENT("node-agent", 96),
    GATEWAY("api-gateway", 256);

    private final String module;
    private final int heapMiB;

    Service(String module, int heapMiB) {
        this.module = module;
        this.heapMiB = heapMiB;
    }

    private Path application(Path root) {
        return root.resolve(module + "/target/quarkus-app");
    }

    private Path built(Path root) throws IOException {
        Path application = application(root);
        if (!Files.exists(application.resolve("quarkus-run.jar"))) {
            throw new IOException(application + " is missing; build it with: ./mvnw package -DskipTests");
        }
        return application;
    }

    AotCache cache(Path root) throws IOException {
        return new AotCache(root.resolve(module + "/target/aot"), application(root), flags());
    }

    /** @param more flags of the JVM */
    List<String> command(Path root, List<String> more) throws IOException {
        Path jar = built(root).resolve("quarkus-run.jar");
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin/java").toString()));
        command.addAll(flags());
        command.addAll(more);
        command.addAll(List.of("-jar", jar.toString()));
        return command;
    }

    /**
     * Another program of the same code, that needs nothing of the service's.
     *
     * @param main the name of its class
     * @param more flags of the JVM
     */
    List<String> program(Path root, String main, List<String> more) throws IOException {
        Path application = built(root);
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin/java").toString()));
        command.addAll(flags());
        command.addAll(more);
        String jars = Stream.of("app", "lib/main", "lib/boot")
                .map(folder -> application.resolve(folder) + "/*")
                .collect(Collectors.joining(":"));
        command.addAll(List.of("-cp", jars, main));
        return command;
    }

    private List<String> flags() {
        return List.of(
                "-Xmx" + heapMiB + "m",
                "-Xms16m",
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "-XX:ReservedCodeCacheSize=64m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djava.net.preferIPv4Stack=true");
    }
}
