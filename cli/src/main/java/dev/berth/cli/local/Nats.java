package dev.berth.cli.local;

import dev.berth.protocol.bus.NatsConf;
import dev.berth.protocol.bus.Permissions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * NATS with JetStream, from the machine's own nats-server or one of the user's; each part is a user of it with what it
 * needs. Parts are named as their permissions are: {@code registry}, {@code scheduler}, {@code gateway}, {@code agent-<node>}.
 */
final class Nats {
    private static final String SETTING = "BERTH_NATS_URL";

    private Nats() {}

    /** @param nodes whose agents are users too */
    static Part part(Home home, int port, Secrets secrets, List<String> nodes) throws IOException {
        Path program = program();
        Map<Permissions, String> passwords = new HashMap<>();
        for (Permissions permissions : Stream.concat(
                        Stream.of(Permissions.registry(), Permissions.scheduler(), Permissions.gateway()),
                        nodes.stream().map(Permissions::agent))
                .toList()) {
            passwords.put(permissions, secrets.nats(permissions.part()));
        }
        home.write(
                "nats/nats.conf",
                NatsConf.local(port, home.state().resolve("nats/data").toString(), passwords));
        return new Part(
                "nats",
                List.of(
                        program.toString(),
                        "-c",
                        home.state().resolve("nats/nats.conf").toString()),
                Map.of(),
                Optional.empty(),
                port,
                "TERM",
                home.log("nats"));
    }

    /** How a part reaches our NATS. */
    static Map<String, String> access(int port, Secrets secrets, String part) throws IOException {
        return Map.of(
                SETTING,
                "nats://127.0.0.1:" + port,
                "BERTH_NATS_USER",
                part,
                "BERTH_NATS_PASSWORD",
                secrets.nats(part));
    }

    /** Whether the user has a NATS for any part. */
    static boolean isGiven(Map<String, String> environment) {
        return environment.keySet().stream().anyMatch(name -> name.equals(SETTING) || name.startsWith(SETTING + "_"));
    }

    /** How a part reaches the user's NATS: by its own setting, or else by one that it shares with others. */
    static Map<String, String> given(Map<String, String> environment, String part) throws IOException {
        List<String> settings = settings(part);
        String url = settings.stream()
                .map(environment::get)
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow(() -> new IOException(String.join(", or ", settings) + ", is missing: say where " + part
                        + " reaches your NATS, like nats://user:password@host:4222"));
        Map<String, String> access = new HashMap<>(Map.of(SETTING, url, "BERTH_NATS_USER", part));
        if (environment.containsKey("BERTH_NATS_PASSWORD")) {
            access.put("BERTH_NATS_PASSWORD", environment.get("BERTH_NATS_PASSWORD"));
        }
        return access;
    }

    private static List<String> settings(String part) {
        List<String> settings = new ArrayList<>();
        settings.add(SETTING + "_" + part.toUpperCase(Locale.ROOT).replace('-', '_'));
        if (part.startsWith("agent-")) {
            settings.add(SETTING + "_AGENT");
        }
        settings.add(SETTING);
        return settings;
    }

    static Path program() throws IOException {
        Optional<Path> found = find();
        if (found.isEmpty()
                && "root".equals(System.getProperty("user.name"))
                && Files.exists(Path.of("/usr/bin/apt-get"))) {
            install();
            found = find();
        }
        return found.orElseThrow(() -> new IOException("nats-server is missing: install it (on Debian and Ubuntu: "
                + "sudo apt-get install nats-server), or set BERTH_NATS_URL to a NATS of yours"));
    }

    private static Optional<Path> find() {
        return Stream.concat(
                        Stream.of(System.getenv().getOrDefault("PATH", "").split(":")),
                        Stream.of("/usr/sbin", "/usr/local/bin"))
                .map(folder -> Path.of(folder, "nats-server"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static void install() throws IOException {
        try {
            Process install = new ProcessBuilder(
                            "sh",
                            "-c",
                            "apt-get install -y nats-server || { apt-get update && apt-get install -y nats-server; }")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            install.waitFor(180, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
