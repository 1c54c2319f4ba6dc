package dev.berth.cli.local;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.protocol.bus.NatsConf;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a user hears of a NATS of their own, from real servers; "too old" alone is played. */
@Timeout(30)
@Execution(ExecutionMode.CONCURRENT)
class NatsUrlIT {
    private static final Pattern PORT = Pattern.compile("Listening for client connections on 127\\.0\\.0\\.1:(\\d+)");

    @TempDir
    Path folder;

    private Process server;

    private int start(String configuration) throws IOException, InterruptedException {
        Path file = folder.resolve("nats.conf");
        Files.writeString(file, "listen: 127.0.0.1:-1\n" + configuration);
        server = new ProcessBuilder(Nats.program().toString(), "-c", file.toString())
                .redirectErrorStream(true)
                .start();
        BufferedReader said = server.inputReader();
        List<String> lines = new ArrayList<>();
        int port = 0;
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            lines.add(line);
            Matcher listening = PORT.matcher(line);
            port = listening.find() ? Integer.parseInt(listening.group(1)) : port;
            if (line.contains("Server is ready")) {
                return port;
            }
        }
        throw new AssertionError("nats-server ended: " + lines);
    }

    private String jetStream() {
        return "jetstream { store_dir: \"" + folder.resolve("data") + "\", max_mem: 16MB, max_file: 64MB }\n";
    }

    @AfterEach
    void end() {
        if (server != null) {
            server.destroyForcibly().onExit().join();
        }
    }

    private static void check(String url) throws IOException {
        new NatsUrl(url, "registry", "berth").check();
    }

    private static AbstractThrowableAssert<?, ?> assertRefused(String url) {
        return assertThatThrownBy(() -> check(url))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("BERTH_NATS_URL")
                .hasMessageNotContaining("secret");
    }

    @Test
    void goodServerIsTaken() throws Exception {
        int port = start(jetStream() + "authorization { user: ada, password: secret }\n");
        check("nats://ada:secret@127.0.0.1:" + port);
        assertRefused("nats://ada:secreter@127.0.0.1:" + port)
                .hasMessageContaining("NATS at nats://127.0.0.1:" + port + " refuses the user and password");
        assertRefused("nats://127.0.0.1:" + port).as("none given").hasMessageContaining("nats://user:password@host");
    }

    @Test
    void openServerIsTaken() throws Exception {
        check("nats://127.0.0.1:" + start(jetStream()));
    }

    @Test
    void serverWithoutJetStreamIsRefused() throws Exception {
        assertRefused("nats://127.0.0.1:" + start("")).hasMessageContaining("has no JetStream", "nats-server -js");
    }

    @Test
    void accountWithoutJetStreamIsRefused() throws Exception {
        int port = start(jetStream() + "accounts { A { jetstream: enabled, users: [{user: a, password: secret}] }\n"
                + "B { users: [{user: b, password: secret}] } }\n");
        check("nats://a:secret@127.0.0.1:" + port);
        assertRefused("nats://b:secret@127.0.0.1:" + port).hasMessageContaining("has no JetStream for this user");
    }

    /** A part's own user may not ask about the account. */
    @Test
    void userWithNoMoreThanAPartNeedsIsTaken() throws Exception {
        Path documented = folder.resolve("users.conf");
        Files.writeString(documented, NatsConf.documented().replaceAll("(?m)^(jetstream|max_payload).*$", ""));
        int port = start(jetStream() + "include users.conf\n");
        check("nats://scheduler:PASSWORD_OF_SCHEDULER@127.0.0.1:" + port);
        check("nats://agent-NODE:PASSWORD_OF_THE_AGENT_OF_NODE@127.0.0.1:" + port);
        assertRefused("nats://scheduler:secret@127.0.0.1:" + port)
                .hasMessageContaining("refuses the user and password");
    }

    @Test
    void nobodyThereIsSaid() throws Exception {
        try (Socket held = new Socket()) {
            // Nobody listens there, and nobody else is given it.
            held.bind(new InetSocketAddress("127.0.0.1", 0));
            assertRefused("nats://ada:secret@127.0.0.1:" + held.getLocalPort())
                    .hasMessageContaining("no NATS answers at nats://127");
        }
        assertRefused("nats://no-such-host.invalid:4222").hasMessageContaining("no NATS answers at");
        assertRefused("nats://ada@:x:y").hasMessageContaining("like nats://user:password@host:4222");
    }

    @Test
    void whoAcceptsAndSaysNothingIsNoNats() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            assertRefused("nats://127.0.0.1:" + silent.getLocalPort()).hasMessageContaining("no NATS answers at");
        }
    }

    @Test
    void olderServerIsRefused() throws Exception {
        try (ServerSocket old = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> play(old, "2.9.9"));
            assertRefused("nats://127.0.0.1:" + old.getLocalPort())
                    .hasMessageContaining("names a NATS 2.9.9 ", "2.9.10 or newer");
        }
    }

    private static void play(ServerSocket listening, String version) {
        try (Socket client = listening.accept()) {
            OutputStream out = client.getOutputStream();
            out.write(("INFO {\"server_id\":\"x\",\"version\":\"" + version + "\",\"proto\":1,\"headers\":true,"
                            + "\"max_payload\":1048576,\"jetstream\":true}\r\n")
                    .getBytes(StandardCharsets.UTF_8));
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.equals("PING")) {
                    out.write("PONG\r\n".getBytes(StandardCharsets.UTF_8));
                }
            }
        } catch (IOException gone) {
            // It has heard enough.
        }
    }
}
