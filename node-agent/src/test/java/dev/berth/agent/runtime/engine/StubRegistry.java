package dev.berth.agent.runtime.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/** Gives each request the bytes that a test wants, and hangs up. */
final class StubRegistry implements AutoCloseable {
    /** For a request that is never answered. */
    static final String NOTHING = "";

    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final UnaryOperator<String> answers;

    /** @param answers what a path is answered, head and all */
    StubRegistry(UnaryOperator<String> answers) throws IOException {
        this.answers = answers;
        Thread.ofVirtual().start(this::accept);
    }

    static String response(String status, String body) {
        return "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nConnection: close\r\n"
                + "Docker-Distribution-Api-Version: registry/2.0\r\nWWW-Authenticate: Basic realm=\"tests\"\r\n"
                + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    String image() {
        return "127.0.0.1:" + socket.getLocalPort() + "/team/app:1";
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            InputStream input = client.getInputStream();
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                int next = input.read();
                // Engines try TLS first.
                if (next < 0 || head.size() == 0 && next == 0x16) {
                    return;
                }
                head.write(next);
            }
            String[] line = head.toString(StandardCharsets.ISO_8859_1).split(" ", 3);
            String answer = answers.apply(line[1]);
            if (answer.equals(NOTHING)) {
                input.read();
            }
            boolean headOnly = line[0].equals("HEAD") && answer.contains("\r\n\r\n");
            String sent = headOnly ? answer.substring(0, answer.indexOf("\r\n\r\n") + 4) : answer;
            client.getOutputStream().write(sent.getBytes(StandardCharsets.UTF_8));
        } catch (IOException gone) {
            // It has given up.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
