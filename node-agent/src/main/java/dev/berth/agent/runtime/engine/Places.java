package dev.berth.agent.runtime.engine;

import dev.berth.agent.container.Address;
import dev.berth.agent.container.KeptPlaces;
import java.io.IOException;
import java.nio.file.Path;

/** The addresses of the bridge and the ports of the host that this runtime's containers have. */
final class Places {
    /** Where a container on a network of its own listens, unless its spec says where. */
    private static final int USUAL = 8000;

    private final DockerRuntime.Settings settings;
    private final Bridge bridge;

    Places(Engine engine, DockerRuntime.Settings settings, Path folder) throws IOException {
        this.settings = settings;
        bridge = new Bridge(engine, settings.node(), settings.agentId(), folder);
    }

    /**
     * @param port where it is to listen; 0 for any
     */
    Place take(int port, boolean hostNetwork, KeptPlaces kept) throws IOException {
        if (hostNetwork) {
            return new Place.OnHost(settings.host(), settings.ports().take(port, kept.ports()));
        }
        Place.OnBridge own = new Place.OnBridge(bridge.name(), bridge.take(kept.hosts()), port != 0 ? port : USUAL);
        return switch (settings.reach()) {
            case BRIDGE -> own;
            case HOST -> {
                try {
                    yield new Place.Published(
                            own, settings.host(), settings.ports().take(0, kept.ports()));
                } catch (IOException none) {
                    bridge.giveBack(own.ip());
                    throw none;
                }
            }
        };
    }

    void hold(Labels labels) {
        hold(labels.ip(), labels.address());
    }

    private void hold(String ip, Address address) {
        if (!ip.isEmpty()) {
            bridge.hold(ip);
        }
        if (!address.host().equals(ip) && address.port() != 0) {
            settings.ports().hold(address.port());
        }
    }

    void giveBack(Labels labels) {
        giveBack(labels.ip(), labels.address());
    }

    void giveBack(Place place) {
        giveBack(Labels.ip(place), place.address());
    }

    private void giveBack(String ip, Address address) {
        if (!ip.isEmpty()) {
            bridge.giveBack(ip);
        }
        if (!address.host().equals(ip)) {
            settings.ports().giveBack(address.port());
        }
    }
}
