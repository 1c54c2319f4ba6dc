package dev.berth.gateway.proxy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A container that says what its test tells it to, byte by byte, and keeps its connections open. */
final class RawContainer implements AutoCloseable {
    /** Answers one request, whose head was read. */
    interface App {
        void answer(String head, InputStream in, OutputStream out) throws IOException;
    }

    private final ServerSocket server;
    private final List<Socket> accepted = new ArrayList<>();
    private final List<Thread> readers = new ArrayList<>();

    RawContainer(App app) throws IOException {
        this(0, app);
    }

    RawContainer(int port, App app) throws IOException {
        server = new ServerSocket(port, 100, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Socket socket = server.accept();
                    synchronized (accepted) {
                        accepted.add(socket);
                        readers.add(Thread.ofVirtual().start(() -> serve(socket, app)));
                    }
                }
            } catch (IOException closed) {
                // The test is over.
            }
        });
    }

    int port() {
        return server.getLocalPort();
    }

    /** How many connections it has taken. */
    int taken() {
        synchronized (accepted) {
            return accepted.size();
        }
    }

    /** Takes no more connections; those that it has go on. */
    void refuse() throws IOException {
        server.close();
    }

    /** Ends its connections by a reset; done when that has reached the other side. */
    void reset() throws Exception {
        synchronized (accepted) {
            for (Socket socket : accepted) {
                socket.setSoLinger(true, 0);
                socket.close();
            }
            // A socket that is read is closed by its reader.
            for (Thread reader : readers) {
                reader.join();
            }
        }
    }

    private static void serve(Socket socket, App app) {
        try (socket) {
            String head = head(socket.getInputStream());
            while (head != null) {
                app.answer(head, socket.getInputStream(), socket.getOutputStream());
                head = head(socket.getInputStream());
            }
        } catch (IOException closed) {
            // By the gateway.
        }
    }

    /** Up to its empty line; null at the end of the connection. */
    static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                return null;
            }
            head.write(next);
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    static void say(OutputStream out, String text) throws IOException {
        out.write(text.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    /** The path of a request. */
    static String path(String head) {
        return head.split(" ", 3)[1];
    }

    static void ok(OutputStream out, String body) throws IOException {
        say(out, "HTTP/1.1 200 OK\nContent-Length: " + body.length() + "\n\n" + body);
    }

    @Override
    public void close() throws IOException {
        server.close();
        synchronized (accepted) {
            for (Socket socket : accepted) {
                socket.close();
            }
        }
    }
}
