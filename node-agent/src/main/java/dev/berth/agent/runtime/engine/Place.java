package dev.berth.agent.runtime.engine;

import dev.berth.agent.container.Address;

/** Where a container is in the network. */
sealed interface Place {
    /** Where gateways reach it. */
    Address address();

    /** That its command is given as $PORT. */
    int port();

    /** @param ip that it has on a network of Berth's own, and by which gateways reach it */
    record OnBridge(String network, String ip, int port) implements Place {
        @Override
        public Address address() {
            return new Address(ip, port);
        }
    }

    /**
     * The same, for gateways that don't reach that network.
     *
     * @param host by which they reach this one
     * @param published a port of the host that leads to the container's
     */
    record Published(OnBridge bridge, String host, int published) implements Place {
        @Override
        public Address address() {
            return new Address(host, published);
        }

        @Override
        public int port() {
            return bridge.port();
        }
    }

    /** It shares the host's network. */
    record OnHost(String host, int port) implements Place {
        @Override
        public Address address() {
            return new Address(host, port);
        }
    }
}
