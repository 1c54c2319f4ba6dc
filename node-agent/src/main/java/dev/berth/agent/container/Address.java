package dev.berth.agent.container;

/**
 * Where a container is reached.
 *
 * @param host a name or an address, as gateways use it
 * @param port 1 to 65535
 */
public record Address(String host, int port) {
    /** Of one that is nowhere yet, or no more, or of which that is lost. */
    public static final Address NONE = new Address("", 0);

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
