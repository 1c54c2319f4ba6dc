package dev.berth.agent.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Asks a container whether it is ready: a TCP accept, or an HTTP GET that answers 2xx or 3xx. Blocks briefly. */
public final class Probe {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private Probe() {}

    /** @param readiness HTTP path, or empty for a TCP accept */
    public static boolean ready(String host, int port, String readiness) {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.connect(new InetSocketAddress(host, port), (int) PATIENCE.toMillis());
            if (readiness.isEmpty()) {
                return true;
            }
            socket.getOutputStream()
                    .write(("GET " + readiness + " HTTP/1.1\r\nHost: " + host + ":" + port
                                    + "\r\nUser-Agent: berth-agent\r\nAccept: */*\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream answer = socket.getInputStream();
            String start = new String(answer.readNBytes(12), StandardCharsets.US_ASCII);
            return start.matches("HTTP/1\\.[01] [23]\\d\\d");
        } catch (IOException notReady) {
            return false;
        }
    }
}
