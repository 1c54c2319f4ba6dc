package dev.berth.cli.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;

/** The ports of one Berth's parts. */
final class Ports {
    private final Set<Integer> given = new HashSet<>();

    static int free() throws IOException {
        return new Ports().next();
    }

    /** Below the range from which the kernel picks ports for outgoing connections, so that a restart finds it free. */
    int next() throws IOException {
        for (int port = 9100; port < 10_100; port++) {
            if (!given.contains(port) && bound(port)) {
                given.add(port);
                return port;
            }
        }
        throw new IOException("no free port from 9100 to 10099");
    }

    /** That of a gateway, which users choose. */
    void take(int port) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(port));
            given.add(port);
        } catch (IOException taken) {
            throw new IOException(
                    "port " + port + " is in use by another program; end it, or choose another with " + "--port",
                    taken);
        }
    }

    private static boolean bound(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
