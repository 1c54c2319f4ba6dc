package dev.berth.e2e.app;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/**
 * The app that the tests deploy: an HTTP server on plain sockets that ends at once when it is told to, so that any
 * request which the platform left on it is seen to fail.
 */
public final class EchoApp {
    private final String version = System.getenv("BERTH_VERSION");
    private final String mode = System.getenv().getOrDefault("MODE", "");

    private EchoApp() {}

    public static void main(String[] arguments) throws Exception {
        String mode = System.getenv().getOrDefault("MODE", "");
        System.out.println("starting in mode " + mode);
        switch (mode) {
            case "crash" -> {
                System.out.println("the model file is missing");
                System.exit(3);
            }
            case "hang" -> new CountDownLatch(1).await();
            default -> {
                awaitGate(System.getenv("GATE"));
                new EchoApp().serve(Integer.parseInt(System.getenv("PORT")));
            }
        }
    }

    /** Goes on only when its test has made this file, where it names one. */
    private static void awaitGate(String file) throws IOException, InterruptedException {
        if (file == null) {
            return;
        }
        Path gate = Path.of(file);
        try (WatchService watch = FileSystems.getDefault().newWatchService()) {
            gate.getParent().register(watch, StandardWatchEventKinds.ENTRY_CREATE);
            while (!Files.exists(gate)) {
                WatchKey key = watch.take();
                key.pollEvents();
                key.reset();
            }
        }
    }

    private void serve(int port) throws IOException {
        ServerSocket server = new ServerSocket();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            while (true) {
                Socket socket = server.accept();
                threads.execute(() -> {
                    try (socket) {
                        socket.setTcpNoDelay(true);
                        connection(new BufferedInputStream(socket.getInputStream()), socket.getOutputStream());
                    } catch (IOException | InterruptedException | GeneralSecurityException gone) {
                        // The client has gone; there is nobody to tell.
                    }
                });
            }
        }
    }

    private void connection(InputStream in, OutputStream out)
            throws IOException, InterruptedException, GeneralSecurityException {
        for (String start = line(in); start != null; start = line(in)) {
            Map<String, String> headers = new HashMap<>();
            for (String header = line(in); header != null && !header.isEmpty(); header = line(in)) {
                int colon = header.indexOf(':');
                headers.put(
                        header.substring(0, colon).toLowerCase(Locale.ROOT),
                        header.substring(colon + 1).strip());
            }
            String path = start.split(" ")[1];
            if (headers.containsKey("upgrade")) {
                webSocket(headers, in, out);
                return;
            }
            if ("100-continue".equalsIgnoreCase(headers.get("expect"))) {
                out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            byte[] body = body(headers, in);
            if (path.startsWith("/stream")) {
                stream(out, Integer.parseInt(path.substring(path.indexOf('=') + 1)));
            } else if (path.startsWith("/trailers")) {
                trailers(out);
            } else {
                answer(start, path, headers, body, out);
            }
        }
    }

    private void answer(String start, String path, Map<String, String> headers, byte[] body, OutputStream out)
            throws IOException, InterruptedException, GeneralSecurityException {
        if (path.startsWith("/slow")) {
            System.out.println("holding " + path);
            Thread.sleep(Long.parseLong(path.substring(path.indexOf('=') + 1)));
        }
        if (path.startsWith("/until")) {
            System.out.println("holding " + path);
            awaitGate(path.substring(path.indexOf('=') + 1));
        }
        if (path.startsWith("/die")) {
            Runtime.getRuntime().halt(9);
        }
        String text = path.startsWith("/headers")
                ? headers.toString()
                : path.startsWith("/digest")
                        ? Base64.getEncoder()
                                .encodeToString(
                                        MessageDigest.getInstance("SHA-256").digest(body))
                        : body.length > 0 ? new String(body, StandardCharsets.UTF_8) : "version " + version;
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 200 OK\r\nX-Version: " + version + "\r\nX-Mode: " + mode + "\r\nX-Pid: "
                + ProcessHandle.current().pid() + "\r\nX-Uri: " + path + "\r\nContent-Length: " + bytes.length
                + "\r\n\r\n";
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.write(head.getBytes(StandardCharsets.UTF_8));
        if (!start.startsWith("HEAD ")) {
            whole.write(bytes);
        }
        out.write(whole.toByteArray());
        out.flush();
    }

    /** A line every 100 ms, each in a chunk of its own. */
    private void stream(OutputStream out, int lines) throws IOException, InterruptedException {
        out.write(("HTTP/1.1 200 OK\r\nX-Version: " + version + "\r\nX-Mode: " + mode
                        + "\r\nContent-Type: text/event-stream\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < lines; i++) {
            chunk(out, "data: " + i + "\n\n");
            Thread.sleep(100);
        }
        out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static void chunk(OutputStream out, String text) throws IOException {
        out.write((Integer.toHexString(text.length()) + "\r\n" + text + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private void trailers(OutputStream out) throws IOException {
        out.write(("HTTP/1.1 200 OK\r\nX-Version: " + version
                        + "\r\nTrailer: x-checksum\r\nTransfer-Encoding: chunked\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        chunk(out, "body");
        out.write("0\r\nX-Checksum: 42\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static byte[] body(Map<String, String> headers, InputStream in) throws IOException {
        if (headers.containsKey("content-length")) {
            return in.readNBytes(Integer.parseInt(headers.get("content-length")));
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
            for (int size = Integer.parseInt(line(in), 16); size > 0; size = Integer.parseInt(line(in), 16)) {
                body.write(in.readNBytes(size));
                line(in);
            }
            line(in);
        }
        return body.toByteArray();
    }

    private void webSocket(Map<String, String> headers, InputStream in, OutputStream out)
            throws IOException, GeneralSecurityException {
        String accept = Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-1")
                        .digest((headers.get("sec-websocket-key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                                .getBytes(StandardCharsets.US_ASCII)));
        out.write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Accept: " + accept + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.flush();
        while (true) {
            int first = in.read();
            if (first < 0) {
                return;
            }
            int length = in.read() & 0x7f;
            if (length == 126) {
                length = in.read() << 8 | in.read();
            }
            byte[] mask = in.readNBytes(4);
            byte[] data = in.readNBytes(length);
            for (int i = 0; i < data.length; i++) {
                data[i] ^= mask[i % 4];
            }
            boolean close = (first & 0x0f) == 8;
            byte[] answer = close
                    ? data
                    : (mode + ":" + new String(data, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
            ByteArrayOutputStream frame = new ByteArrayOutputStream();
            frame.write(close ? 0x88 : 0x81);
            frame.write(answer.length);
            frame.write(answer);
            out.write(frame.toByteArray());
            out.flush();
            if (close) {
                return;
            }
        }
    }

    /** Null at the end of the connection. */
    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                if (line.size() > 0) {
                    throw new EOFException();
                }
                return null;
            }
            if (next != '\r') {
                line.write(next);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}
