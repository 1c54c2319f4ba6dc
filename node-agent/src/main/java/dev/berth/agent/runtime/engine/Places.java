package dev.berth.agent.runtime.engine;

import dev.berth.agent.container.Address;
import dev.berth.agent.runtime.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** The addresses of the bridge and the ports of the host that this runtime's containers have. */
final class Places {
    /** Where a container on a network of its own listens, unless its spec says where. */
    private static final int USUAL = 8000;

    private final DockerRuntime.Settings settings;
    private final Bridge bridge;
    private final Path last;
    private final FreePorts ports;

    Places(Engine engine, DockerRuntime.Settings settings, Path folder) throws IOException {
        this.settings = settings;
        bridge = new Bridge(engine, settings.node(), settings.agentId(), folder);
        last = folder.resolve("last-port");
        ports = new FreePorts(settings.ports(), lastPort());
    }

    private int lastPort() throws IOException {
        try {
            return Files.exists(last) ? Integer.parseInt(Files.readString(last).strip()) : 0;
        } catch (NumberFormatException torn) {
            return 0;
        }
    }

    /**
     * @param port where it is to listen; 0 for any
     * @param kept ports of the host that are not free
     */
    Place take(int port, boolean hostNetwork, Set<Integer> kept) throws IOException {
        if (hostNetwork) {
            return new Place.OnHost(settings.host(), port != 0 ? fixed(port) : free(kept));
        }
        Place.OnBridge own = new Place.OnBridge(bridge.name(), bridge.take(), port != 0 ? port : USUAL);
        return switch (settings.reach()) {
            case BRIDGE -> own;
            case HOST -> {
                try {
                    yield new Place.Published(own, settings.host(), free(kept));
                } catch (IOException none) {
                    bridge.giveBack(own.ip());
                    throw none;
                }
            }
        };
    }

    private synchronized int fixed(int port) throws IOException {
        if (!isFree(port)) {
            throw new IOException("port " + port + " of this host is held by somebody else: end it, or leave web.port"
                    + " out of the manifest, and the app gets a free port in $PORT");
        }
        ports.hold(port);
        return port;
    }

    private synchronized int free(Set<Integer> kept) throws IOException {
        int port = ports.take(kept, Places::isFree)
                .orElseThrow(() -> new IOException("no port of " + settings.ports()
                        + " is free on this host (" + kept.size()
                        + " are kept because a gateway may still send another app's requests there); give the agent"
                        + " more by berth.node.ports"));
        Files.writeString(last, String.valueOf(port));
        return port;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress((InetAddress) null, port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    void hold(Labels labels) {
        hold(labels.ip(), labels.address());
    }

    private synchronized void hold(String ip, Address address) {
        if (!ip.isEmpty()) {
            bridge.hold(ip);
        }
        if (!address.host().equals(ip) && address.port() != 0) {
            ports.hold(address.port());
        }
    }

    void giveBack(Labels labels) {
        giveBack(labels.ip(), labels.address());
    }

    void giveBack(Place place) {
        giveBack(Labels.ip(place), place.address());
    }

    private synchronized void giveBack(String ip, Address address) {
        if (!ip.isEmpty()) {
            bridge.giveBack(ip);
        }
        if (!address.host().equals(ip)) {
            ports.giveBack(address.port());
        }
    }
}
