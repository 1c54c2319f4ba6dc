package dev.berth.agent.control;

import dev.berth.agent.host.Capacity;
import dev.berth.agent.runtime.PortRange;
import dev.berth.protocol.name.Names;
import jakarta.inject.Singleton;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Everything that an agent is told from outside, beside where NATS and the registry are.
 *
 * @param node this host's name, its own among all
 * @param host the address under which gateways reach its containers
 * @param ports those that it gives to containers that have none of their own choice; another agent of the same host
 *            needs others
 * @param state folder that outlives the agent
 */
record AgentConfig(String node, String host, PortRange ports, Path state, Capacity capacity, boolean limits) {

    AgentConfig {
        if (!Names.valid(node)) {
            throw new IllegalArgumentException("berth.node.name \"" + node + "\" is no valid name: " + Names.RULE);
        }
    }

    /** Reads it from the configuration, at start. */
    @Singleton
    static final class Source {
        @jakarta.enterprise.inject.Produces
        @Singleton
        AgentConfig config(
                @ConfigProperty(name = "berth.node.name", defaultValue = "local-1") String node,
                @ConfigProperty(name = "berth.node.host", defaultValue = "127.0.0.1") String host,
                @ConfigProperty(name = "berth.node.ports", defaultValue = "20000-31999") String ports,
                @ConfigProperty(name = "berth.node.state", defaultValue = ".berth/agent") String state,
                @ConfigProperty(name = "berth.node.cpu-millis") Optional<Integer> cpuMillis,
                @ConfigProperty(name = "berth.node.memory-bytes") Optional<Long> memoryBytes,
                @ConfigProperty(name = "berth.node.limits", defaultValue = "true") boolean limits) {
            return new AgentConfig(
                    node,
                    host,
                    ports(ports),
                    Path.of(state),
                    new Capacity(
                            cpuMillis.orElseGet(() -> Runtime.getRuntime().availableProcessors() * 1000),
                            memoryBytes.orElseGet(AgentConfig::memory)),
                    limits);
        }
    }

    private static PortRange ports(String text) {
        try {
            return PortRange.parse(text);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("berth.node.ports: " + wrong.getMessage(), wrong);
        }
    }

    private static long memory() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getTotalMemorySize();
    }
}
