package dev.berth.cli.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** NATS with JetStream, from the machine's own nats-server; each service is a user with its own subjects. */
final class Nats {
    /** What each service may send; and what it may listen to, beside answers. */
    private enum User {
        REGISTRY("berth.app.>", ""), SCHEDULER("berth.desired.>\", \"berth.routes.>",
                "berth.app.>\", \"berth.observed.>\", \"berth.gateway.>"),
        AGENT("berth.observed.>\", \"berth.logs.>",
                "berth.desired.>"),
        GATEWAY("berth.gateway.>", "berth.routes.>\", \"berth.logs.>");

        private final String sends;
        private final String hears;

        User(String sends, String hears) {
            this.sends = sends;
            this.hears = hears;
        }
    }

    private Nats() {}

    static Part part(Home home, int port, String password) throws IOException {
        Path program = program();
        Path configuration = home.folder("nats").resolve("nats.conf");
        Files.writeString(configuration, configuration(home, port, password));
        return new Part("nats", List.of(program.toString(), "-c", configuration.toString()), Map.of(), Optional.empty(),
                port, "TERM", home.log("nats"));
    }

    private static String configuration(Home home, int port, String password) {
        StringBuilder text = new StringBuilder();
        text.append("listen: 127.0.0.1:").append(port).append("\nmax_payload: 8MB\njetstream { store_dir: \"")
                .append(home.state().resolve("nats/data")).append("\", max_mem: 256MB, max_file: 2GB }\n")
                .append("authorization { users: [\n");
        for (User user : User.values()) {
            text.append("  { user: ").append(user.name().toLowerCase(java.util.Locale.ROOT)).append(", password: \"")
                    .append(password).append("\", permissions: {\n    publish: [\"").append(user.sends)
                    .append("\", \"$JS.API.>\", \"$JS.FC.>\"]\n    subscribe: [\"_INBOX.>\"")
                    .append(user.hears.isEmpty() ? "" : ", \"" + user.hears + "\"").append("] } }\n");
        }
        return text.append("] }\n").toString();
    }

    static Path program() throws IOException {
        Optional<Path> found = find();
        if (found.isEmpty() && "root".equals(System.getProperty("user.name"))
                && Files.exists(Path.of("/usr/bin/apt-get"))) {
            install();
            found = find();
        }
        return found.orElseThrow(() -> new IOException("nats-server is missing: install it (on Debian and Ubuntu: "
                + "sudo apt-get install nats-server), or set BERTH_NATS_URL to a NATS of yours"));
    }

    private static Optional<Path> find() {
        return Stream.concat(Stream.of(System.getenv().getOrDefault("PATH", "").split(":")),
                Stream.of("/usr/sbin", "/usr/local/bin")).map(folder -> Path.of(folder, "nats-server"))
                .filter(Files::isExecutable).findFirst();
    }

    private static void install() throws IOException {
        try {
            Process install = new ProcessBuilder("sh", "-c",
                    "apt-get install -y nats-server || { apt-get update && apt-get install -y nats-server; }")
                    .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            install.waitFor(180, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
