package dev.berth.cli.local;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The ports of one Berth's parts. Other Berths of this host are given others, also before a part listens: as long as this
 * is open, a socket of its own at an address that no part has says that the port is taken.
 */
final class Ports implements Closeable {
    private static final int FIRST = 9_100;
    private static final int LAST = 10_099;
    private static final String PARTS = "127.0.0.1";
    private static final String TAKEN = "127.0.66.1";

    private final Map<Integer, ServerSocket> given = new HashMap<>();
    /** By users; their parts listen at all addresses. */
    private final Set<Integer> chosen = new HashSet<>();

    /** One that nobody has now. */
    static int free() throws IOException {
        try (Ports ports = new Ports()) {
            return ports.next();
        }
    }

    /** Below the range from which the kernel picks ports for outgoing connections, so that a restart finds it free. */
    synchronized int next() throws IOException {
        for (int port = FIRST; port <= LAST; port++) {
            if (!chosen.contains(port) && !given.containsKey(port) && give(port)) {
                return port;
            }
        }
        throw new IOException("no free port from " + FIRST + " to " + LAST);
    }

    private boolean give(int port) {
        ServerSocket taken = null;
        try {
            taken = new ServerSocket(port, 1, InetAddress.getByName(TAKEN));
            new ServerSocket(port, 1, InetAddress.getByName(PARTS)).close();
            given.put(port, taken);
            return true;
        } catch (IOException somebodyElses) {
            close(taken);
            return false;
        }
    }

    /**
     * That of a gateway, which users choose.
     *
     * @param option by which they do
     */
    synchronized void take(int port, String option) throws IOException {
        if (chosen.contains(port)) {
            throw new IOException("port " + port + " is to be a gateway's twice; choose another with " + option);
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(port));
            chosen.add(port);
        } catch (IOException taken) {
            throw new IOException(
                    "port " + port + " is in use by another program; end it, or choose another with " + option, taken);
        }
    }

    @Override
    public synchronized void close() {
        given.values().forEach(Ports::close);
        given.clear();
    }

    private static void close(ServerSocket socket) {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException unheard) {
            // Nobody waits for it.
        }
    }
}
