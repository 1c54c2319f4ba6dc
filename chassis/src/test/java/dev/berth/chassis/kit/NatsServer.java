package dev.berth.chassis.kit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A nats-server of a test's own. */
public final class NatsServer implements AutoCloseable {
    private final Path configuration;
    private final int port;
    private Process process;

    public NatsServer(Path configuration, int port) throws IOException {
        this.configuration = configuration;
        this.port = port;
        start();
    }

    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    public String url() {
        return "nats://127.0.0.1:" + port;
    }

    /** Returns when it answers. */
    public void start() throws IOException {
        process = new ProcessBuilder(program().toString(), "-c", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        configuration.resolveSibling("nats.log").toFile()))
                .start();
        long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!answers()) {
            if (!process.isAlive() || System.nanoTime() > until) {
                throw new IOException(Files.readString(configuration.resolveSibling("nats.log")));
            }
            java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
        }
    }

    private boolean answers() {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }

    private static Path program() throws IOException {
        Optional<Path> found = find();
        if (found.isEmpty() && "root".equals(System.getProperty("user.name"))) {
            install();
            found = find();
        }
        return found.orElseThrow(() -> new IOException(
                "nats-server is missing: install it (on Debian and Ubuntu: sudo apt-get install nats-server)"));
    }

    private static Optional<Path> find() {
        return Stream.concat(
                        Stream.of(System.getenv().getOrDefault("PATH", "").split(":")),
                        Stream.of("/usr/sbin", "/usr/local/bin"))
                .map(folder -> Path.of(folder, "nats-server"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** As {@code berth up} does. */
    private static void install() throws IOException {
        try {
            new ProcessBuilder(
                            "sh",
                            "-c",
                            "apt-get install -y nats-server || { apt-get update && apt-get install -y nats-server; }")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor(180, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
