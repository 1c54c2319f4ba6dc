package dev.berth.cli.local;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/** Beside a part's pid: where it listens, and how to ask whether it is ready. For whoever looks from outside. */
record PartFile(int port, Optional<String> health) {
    private static final String ENDING = ".part";

    static Path of(Path pidFile) {
        return pidFile.resolveSibling(pidFile.getFileName().toString().replaceAll("\\.pid$", ENDING));
    }

    static Optional<PartFile> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            properties.load(in);
        }
        return Optional.of(new PartFile(
                Integer.parseInt(properties.getProperty("port", "0")),
                Optional.ofNullable(properties.getProperty("health"))));
    }

    void write(Path file) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("port", String.valueOf(port));
        health.ifPresent(url -> properties.setProperty("health", url));
        try (Writer out = Files.newBufferedWriter(file)) {
            properties.store(out, null);
        }
    }

    /** Whether it answers now, and says that it is ready. */
    boolean ready() {
        try {
            if (health.isEmpty()) {
                try (Socket socket = new Socket()) {
                    socket.connect(new InetSocketAddress("127.0.0.1", port), 500);
                    return true;
                }
            }
            if (health.get().startsWith("postgresql:")) {
                return PostgresPing.takesSessions(port);
            }
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(health.get()).toURL().openConnection();
            connection.setConnectTimeout(500);
            connection.setReadTimeout(2000);
            return connection.getResponseCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }
}
