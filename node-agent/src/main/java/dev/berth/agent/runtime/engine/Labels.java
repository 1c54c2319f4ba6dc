package dev.berth.agent.runtime.engine;

import dev.berth.agent.container.Address;
import dev.berth.agent.container.ContainerRef;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is written on a container in the engine: whose it is, and where it is.
 *
 * @param ip on the bridge; empty where it shares the host's network
 * @param port that it was given to listen on
 */
record Labels(String agent, String node, ContainerRef ref, Address address, String ip, int port) {
    static final String AGENT = "dev.berth.agent";
    private static final String NODE = "dev.berth.node";
    private static final String CONTAINER = "dev.berth.container";
    private static final String ENVIRONMENT = "dev.berth.environment";
    private static final String APP = "dev.berth.app";
    private static final String VERSION = "dev.berth.version";
    private static final String FUNCTION = "dev.berth.function";
    private static final String ADDRESS = "dev.berth.address";
    private static final String IP = "dev.berth.ip";
    private static final String PORT = "dev.berth.port";

    static Labels of(String agent, String node, ContainerRef ref, Place place) {
        return new Labels(agent, node, ref, place.address(), ip(place), place.port());
    }

    /** On the bridge; empty where it has none. */
    static String ip(Place place) {
        return switch (place) {
            case Place.OnBridge bridge -> bridge.ip();
            case Place.Published published -> published.bridge().ip();
            case Place.OnHost host -> "";
        };
    }

    Map<String, String> map() {
        Map<String, String> map = new HashMap<>();
        map.put(AGENT, agent);
        map.put(NODE, node);
        map.put(CONTAINER, ref.id());
        map.put(ENVIRONMENT, ref.environment());
        map.put(APP, ref.app());
        map.put(VERSION, String.valueOf(ref.version()));
        map.put(FUNCTION, ref.function());
        map.put(ADDRESS, address.toString());
        map.put(IP, ip);
        map.put(PORT, String.valueOf(port));
        return map;
    }

    /** Empty for what is not this agent's. */
    static Optional<Labels> read(Map<String, String> map, String agent) {
        if (map == null || !agent.equals(map.get(AGENT)) || !map.containsKey(CONTAINER)) {
            return Optional.empty();
        }
        ContainerRef ref = new ContainerRef(
                map.get(CONTAINER),
                map.getOrDefault(ENVIRONMENT, ""),
                map.getOrDefault(APP, ""),
                number(map.getOrDefault(VERSION, "")),
                map.getOrDefault(FUNCTION, ""));
        return Optional.of(new Labels(
                agent,
                map.getOrDefault(NODE, ""),
                ref,
                address(map.getOrDefault(ADDRESS, "")),
                map.getOrDefault(IP, ""),
                number(map.getOrDefault(PORT, ""))));
    }

    private static Address address(String text) {
        int colon = text.lastIndexOf(':');
        int port = colon < 1 ? 0 : number(text.substring(colon + 1));
        return port < 1 || port > 65_535 ? Address.NONE : new Address(text.substring(0, colon), port);
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException unreadable) {
            return 0;
        }
    }
}
