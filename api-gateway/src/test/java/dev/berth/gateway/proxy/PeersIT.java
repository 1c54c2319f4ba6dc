package dev.berth.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.berth.gateway.proxy.http.Corpus;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * nginx and HAProxy, where they are installed, make of the corpus' requests what we do, but for what {@code peers.tsv}
 * explains. Each request is followed by another one, so that every connection ends by itself.
 */
@ExtendWith(Leaks.class)
class PeersIT {
    private static final byte[] LAST =
            "GET /last HTTP/1.1\r\nHost: a.b\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private static final String REFUSES = "refuses";

    private enum Peer {
        NGINX("/usr/sbin/nginx", "nginx/1.22.", """
                daemon off; master_process off; pid %1$s/pid; error_log %1$s/error.log; events {}
                http {
                  access_log off; client_body_temp_path %1$s/b; proxy_temp_path %1$s/p; fastcgi_temp_path %1$s/f;
                  uwsgi_temp_path %1$s/u; scgi_temp_path %1$s/s;
                  server {
                    listen 127.0.0.1:%2$d;
                    location / {
                      proxy_pass http://127.0.0.1:%3$d; proxy_http_version 1.1; proxy_request_buffering off;
                    }
                  }
                }
                """, "-c"),
        HAPROXY("/usr/sbin/haproxy", "HAProxy version 2.6.", """
                defaults
                  mode http
                  timeout connect 5s
                  timeout client 5s
                  timeout server 5s
                frontend door
                  bind 127.0.0.1:%2$d
                  default_backend app
                backend app
                  server app 127.0.0.1:%3$d
                """, "-db", "-f");

        private final String program;
        /** Of Debian 12; {@code peers.tsv} is about it. */
        private final String version;

        private final String config;
        private final List<String> options;

        Peer(String program, String version, String config, String... options) {
            this.program = program;
            this.version = version;
            this.config = config;
            this.options = List.of(options);
        }

        boolean installed() throws IOException {
            if (!Files.isExecutable(Path.of(program))) {
                return false;
            }
            Process asked =
                    new ProcessBuilder(program, "-v").redirectErrorStream(true).start();
            return new String(asked.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).contains(version);
        }

        Process start(Path dir, int port, int app) throws IOException {
            Path file = Files.writeString(dir.resolve("config"), config.formatted(dir, port, app));
            List<String> command = new ArrayList<>(List.of(program));
            command.addAll(options);
            command.add(file.toString());
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(dir.resolve("output").toFile())
                    .start();
        }
    }

    @TempDir
    Path dir;

    private final LinkedBlockingQueue<String> taken = new LinkedBlockingQueue<>();

    /** Those that are whole, and not about limits, which each proxy has of its own. */
    private static List<Corpus> corpus() {
        return Corpus.requests().stream()
                .filter(one -> !one.verdict().equals("more") && !one.section().contains("limit of"))
                .toList();
    }

    @Test
    void weDoWhatTheCorpusSays() throws Exception {
        try (OneDoor door = new OneDoor(2_000, () -> {});
                RawContainer api = new RawContainer(door.internal, this::note)) {
            assertThat(api.port()).isEqualTo(door.internal);
            for (Corpus one : corpus()) {
                // CONNECT is read, and refused by its name.
                boolean refused = one.verdict().matches("[45]\\d\\d")
                        || Corpus.text(one.message()).startsWith("CONNECT ");
                assertThat(does(door.port, one.message()).equals(REFUSES))
                        .as("%s is refused", one)
                        .isEqualTo(refused);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void doesWhatWeDoButForWhatIsExplained(Peer peer) throws Exception {
        assumeTrue(peer.installed(), peer.version + " is not installed");
        Map<String, String> differs = new LinkedHashMap<>();
        int port = OneDoor.freePort();
        try (OneDoor door = new OneDoor(2_000, () -> {});
                RawContainer api = new RawContainer(door.internal, this::note)) {
            Process process = peer.start(dir, port, api.port());
            try {
                awaitListening(process, port);
                for (Corpus one : corpus()) {
                    String ours = does(door.port, one.message());
                    String theirs = does(port, one.message());
                    if (!theirs.equals(ours)) {
                        differs.put(
                                Corpus.text(one.message()), Corpus.text(theirs.getBytes(StandardCharsets.ISO_8859_1)));
                    }
                }
            } finally {
                process.destroy();
                assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
            }
        }
        assertThat(differs).isEqualTo(listed(peer));
    }

    /** What we take is taken by nginx or HAProxy, too; and what differs is explained. */
    @Test
    void weAreLaxerThanBothNowhere() {
        Map<String, String> ofNginx = listed(Peer.NGINX);
        Map<String, String> ofHaproxy = listed(Peer.HAPROXY);
        for (Corpus one : corpus()) {
            String request = Corpus.text(one.message());
            assertThat(List.of(ofNginx.getOrDefault(request, ""), ofHaproxy.getOrDefault(request, "")))
                    .as(request)
                    .isNotEqualTo(List.of(REFUSES, REFUSES));
        }
        assertThat(Corpus.lines("peers.tsv").stream().map(line -> line[0] + " " + line[1]))
                .as("kinds of peers.tsv")
                .containsOnlyElementsOf(Corpus.lines("peerkinds.tsv").stream()
                        .map(line -> line[0] + " " + line[1])
                        .toList());
    }

    /** Requests that a peer does not do with what we do, and what it does. */
    private static Map<String, String> listed(Peer peer) {
        Map<String, String> listed = new LinkedHashMap<>();
        for (String[] line : Corpus.lines("peers.tsv")) {
            if (line[0].equals(peer.name().toLowerCase(Locale.ROOT))) {
                listed.put(line[3], line[2]);
            }
        }
        return listed;
    }

    private void awaitListening(Process process, int port) throws Exception {
        while (true) {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                return;
            } catch (SocketException notYet) {
                assertThat(process.isAlive())
                        .as(Files.readString(dir.resolve("output")))
                        .isTrue();
                Thread.onSpinWait();
            }
        }
    }

    /** What a proxy makes of a request, sent whole and in two: {@code refuses}, or what the container gets. */
    private String does(int port, byte[] request) throws Exception {
        byte[] all = Arrays.copyOf(request, request.length + LAST.length);
        System.arraycopy(LAST, 0, all, request.length, LAST.length);
        String whole = does(port, all, all.length);
        for (int at : new int[] {1, request.length / 2, request.length - 1}) {
            assertThat(does(port, all, at))
                    .as("%s cut at %d", Corpus.text(request), at)
                    .isEqualTo(whole);
        }
        return whole;
    }

    private String does(int port, byte[] bytes, int cut) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(bytes, 0, cut);
            socket.getOutputStream().write(bytes, cut, bytes.length - cut);
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (SocketException closed) {
            // While more was on its way.
        }
        List<String> all = new ArrayList<>();
        taken.drainTo(all);
        all.remove("GET /last ()");
        return all.isEmpty() ? REFUSES : String.join(" | ", all);
    }

    /** A container that notes method, target and body of what it gets. */
    private void note(String head, InputStream in, OutputStream out) throws IOException {
        String lower = head.toLowerCase(Locale.ROOT);
        String body = lower.contains("\r\ntransfer-encoding: chunked\r\n")
                ? chunks(in)
                : text(in, Integer.parseInt("0" + after(lower, "\r\ncontent-length: ")));
        String line = head.substring(0, head.indexOf('\r')).replaceAll(" HTTP/1\\.[01]$", "");
        // What HAProxy makes of the chunks that it does not take for a body comes when it likes, and is no request.
        if (line.contains(" ")) {
            taken.add(line + " (" + body + ")");
        }
        RawContainer.ok(out, "ok");
    }

    private static String chunks(InputStream in) throws IOException {
        StringBuilder body = new StringBuilder();
        int size = Integer.parseInt(line(in), 16);
        while (size > 0) {
            body.append(text(in, size)).append(line(in));
            size = Integer.parseInt(line(in), 16);
        }
        return body + line(in);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        while (line.indexOf("\r\n") < 0) {
            line.append(text(in, 1));
        }
        return line.substring(0, line.length() - 2);
    }

    /** @throws EOFException where the other end has left before */
    private static String text(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException();
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static String after(String head, String name) {
        int at = head.indexOf(name);
        return at < 0 ? "" : head.substring(at + name.length(), head.indexOf('\r', at + 2));
    }
}
