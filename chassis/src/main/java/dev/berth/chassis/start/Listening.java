package dev.berth.chassis.start;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;

/** Where a service is told to listen: looked at before it tries, since what the kernel answers names neither a setting nor a way out. */
public final class Listening {
    private static final int HIGHEST = 65_535;
    private static final Path FIRST_FREE_FOR_ALL = Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start");
    private static final int ANSWER_MILLIS = 500;

    private final Setting host;
    private final Setting port;

    private Listening(Setting host, Setting port) {
        this.host = host;
        this.port = port;
    }

    /**
     * Ends the start where nobody could listen there.
     *
     * @param hostKey of the setting that names the host
     * @param portKey of the setting that names the port
     */
    public static void check(Config config, String hostKey, String host, String portKey, int port) {
        new Listening(
                        Setting.of(config, hostKey).or(host),
                        Setting.of(config, portKey).or(String.valueOf(port)))
                .problem(host, port)
                .ifPresent(sentence -> {
                    throw Refusal.atStart(sentence);
                });
    }

    private Optional<String> problem(String name, int number) {
        if (number < 0 || number > HIGHEST) {
            return Optional.of(port.unfit("must be a port, 1 to " + HIGHEST));
        }
        InetAddress address;
        try {
            address = InetAddress.getByName(name);
        } catch (UnknownHostException unknown) {
            return Optional.of(
                    host.unfit("can't be resolved to an address; give an address of this machine, or 0.0.0.0 for all"));
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address, number));
            return Optional.empty();
        } catch (IOException refused) {
            return Optional.of(refusal(address, number));
        }
    }

    private String refusal(InetAddress address, int number) {
        if (!own(address)) {
            return host.unfit("is no address of this machine; give one of its own, or 0.0.0.0 for all");
        }
        int first = firstFreeForAll();
        return number >= first || answers(address, number)
                ? port.unfit("is in use by another program on " + address.getHostAddress()
                        + "; end that, or give another port")
                : port.unfit("is a port that this user may not listen on; give one from " + first
                        + " up, or give the service the right to (CAP_NET_BIND_SERVICE)");
    }

    private static boolean own(InetAddress address) {
        try {
            return address.isAnyLocalAddress()
                    || address.isLoopbackAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException unreadable) {
            return true;
        }
    }

    private static int firstFreeForAll() {
        // In one read: the kernel gives no second piece of such a file.
        try (BufferedReader file = Files.newBufferedReader(FIRST_FREE_FOR_ALL)) {
            return Integer.parseInt(file.readLine().strip());
        } catch (IOException | RuntimeException unknown) {
            return 1024;
        }
    }

    private static boolean answers(InetAddress address, int number) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, number), ANSWER_MILLIS);
            return true;
        } catch (IOException nobody) {
            return false;
        }
    }
}
