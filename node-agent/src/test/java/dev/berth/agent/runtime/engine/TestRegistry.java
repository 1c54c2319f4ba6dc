package dev.berth.agent.runtime.engine;

import com.github.dockerjava.api.model.AuthConfig;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.locks.LockSupport;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.Assumptions;

/** A registry of the tests' own, which only knows one user. */
public final class TestRegistry implements AutoCloseable {
    public static final String USER = "ada";
    public static final String PASSWORD = "lovelace";

    private final Process process;
    private final int port;

    public TestRegistry(Path folder) throws IOException {
        Path program = Path.of("/usr/bin/docker-registry");
        if (!Files.isExecutable(program)) {
            System.err.println("SKIPPED: there is no registry (Debian: apt-get install docker-registry)");
        }
        Assumptions.assumeTrue(Files.isExecutable(program), "there is no docker-registry");
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        byte[] salt = "a salt of tests!".getBytes(StandardCharsets.UTF_8);
        Files.writeString(
                folder.resolve("users"),
                USER + ":" + OpenBSDBCrypt.generate("2y", PASSWORD.toCharArray(), salt, 4) + "\n");
        Files.writeString(
                folder.resolve("config.yml"), """
                version: 0.1
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "127.0.0.1:%d"}
                auth: {htpasswd: {realm: tests, path: %s}}
                """.formatted(folder.resolve("images"), port, folder.resolve("users")));
        process = new ProcessBuilder(
                        program.toString(),
                        "serve",
                        folder.resolve("config.yml").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!listens()) {
            if (System.nanoTime() > until || !process.isAlive()) {
                throw new IOException("the registry does not start: " + Files.readString(folder.resolve("log")));
            }
            LockSupport.parkNanos(10_000_000);
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    public String host() {
        return "127.0.0.1:" + port;
    }

    /** As {@code docker login} leaves it. */
    public Path login(Path folder, String password) throws IOException {
        String pair = Base64.getEncoder().encodeToString((USER + ":" + password).getBytes(StandardCharsets.UTF_8));
        return Files.writeString(
                folder.resolve("config.json"), "{\"auths\": {\"%s\": {\"auth\": \"%s\"}}}".formatted(host(), pair));
    }

    /** Gives it an image of an engine, and takes the name away from the engine again. */
    public String push(TestEngine from, String image, String repository, String tag) throws Exception {
        try (Engine engine = Engine.connect(from.settings())) {
            return push(engine, image, repository, tag);
        }
    }

    String push(Engine engine, String image, String repository, String tag) throws Exception {
        String name = host() + "/" + repository;
        engine.ask("tag", client -> client.tagImageCmd(image, name, tag).exec());
        engine.ask(
                        "push",
                        client -> client.pushImageCmd(name)
                                .withTag(tag)
                                .withAuthConfig(new AuthConfig()
                                        .withRegistryAddress(host())
                                        .withUsername(USER)
                                        .withPassword(PASSWORD))
                                .start())
                .awaitCompletion();
        engine.ask("untag", client -> client.removeImageCmd(name + ":" + tag).exec());
        return name + ":" + tag;
    }

    @Override
    public void close() throws Exception {
        process.destroy();
        process.waitFor();
    }
}
