package dev.berth.agent.control;

import dev.berth.agent.host.Capacity;
import dev.berth.agent.runtime.PortRange;
import dev.berth.agent.runtime.engine.DockerRuntime;
import dev.berth.agent.runtime.engine.NodeVolumes;
import dev.berth.chassis.start.ServiceConfig;
import dev.berth.chassis.start.UnfitSettingException;
import dev.berth.protocol.name.Names;
import jakarta.inject.Singleton;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Everything that an agent is told from outside, beside where NATS and the registry are.
 *
 * @param node this host's name, its own among all
 * @param host the address under which gateways reach its containers
 * @param ports those that it gives to containers that have none of their own choice; another agent of the same host
 *            needs others
 * @param state folder that outlives the agent
 * @param probeTimeout how long a container may take to answer the question whether it is ready; asked at first with 2 s,
 *        then with twice as long each time, up to this
 * @param runtime {@code auto} for processes and for an engine where one answers; {@code process} or {@code docker} for
 *        one of them alone
 * @param containerAddress how gateways reach containers on an engine's bridge: {@code bridge} by their own addresses,
 *        {@code host} by ports of this host
 * @param imageRetention how long an image that this agent pulled stays when no app needs it any more; where the disk is
 *        nearly full, 10 min
 * @param volumes folders of this host that containers of images may have
 */
record AgentConfig(
        String node,
        String host,
        PortRange ports,
        Path state,
        Capacity capacity,
        boolean limits,
        Duration probeTimeout,
        String runtime,
        String containerAddress,
        Duration imageRetention,
        NodeVolumes volumes)
        implements ServiceConfig {

    private static final Set<String> RUNTIMES = Set.of("auto", "process", "docker");
    private static final Pattern YES = Pattern.compile("(?i)true|t|yes|y|on|1");
    private static final Pattern NO = Pattern.compile("(?i)false|f|no|n|off|0");

    AgentConfig {
        UnfitSettingException.unless(Names.valid(node), "berth.node.name", "must be a name; " + Names.RULE);
        UnfitSettingException.unless(
                probeTimeout.compareTo(Duration.ofMillis(100)) >= 0 && probeTimeout.compareTo(Duration.ofHours(1)) <= 0,
                "berth.node.probe-timeout",
                "must be a duration from 100ms to 1h");
        UnfitSettingException.unlessAtLeast(Duration.ofMinutes(10), imageRetention, "berth.node.image-retention");
        UnfitSettingException.unless(
                RUNTIMES.contains(runtime), "berth.node.runtime", "must be auto, process or docker");
        UnfitSettingException.unless(
                Set.of("bridge", "host").contains(containerAddress),
                "berth.node.container-address",
                "must be bridge or host");
    }

    boolean runsProcesses() {
        return !runtime.equals("docker");
    }

    boolean looksForEngine() {
        return !runtime.equals("process");
    }

    DockerRuntime.Reach reach() {
        return containerAddress.equals("host") ? DockerRuntime.Reach.HOST : DockerRuntime.Reach.BRIDGE;
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
                @ConfigProperty(name = "berth.node.limits", defaultValue = "true") String limits,
                @ConfigProperty(name = "berth.node.probe-timeout", defaultValue = "30s") Duration probeTimeout,
                @ConfigProperty(name = "berth.node.runtime", defaultValue = "auto") String runtime,
                @ConfigProperty(name = "berth.node.container-address", defaultValue = "bridge") String containerAddress,
                @ConfigProperty(name = "berth.node.image-retention", defaultValue = "24h") Duration imageRetention,
                @ConfigProperty(name = "berth.node.volumes") Optional<List<String>> volumes) {
            return new AgentConfig(
                    node,
                    host,
                    ports(ports),
                    Path.of(state),
                    capacity(cpuMillis, memoryBytes),
                    limits(limits),
                    probeTimeout,
                    runtime,
                    containerAddress,
                    imageRetention,
                    volumes(volumes.orElse(List.of())));
        }
    }

    private static Capacity capacity(Optional<Integer> cpuMillis, Optional<Long> memoryBytes) {
        int cpu = cpuMillis.orElseGet(() -> Runtime.getRuntime().availableProcessors() * 1000);
        long memory = memoryBytes.orElseGet(AgentConfig::memory);
        UnfitSettingException.unless(
                cpu > 0, "berth.node.cpu-millis", "must be thousandths of a core for containers, 1 or more");
        UnfitSettingException.unless(
                memory > 0, "berth.node.memory-bytes", "must be bytes of memory for containers, 1 or more");
        return new Capacity(cpu, memory);
    }

    /** Of the host, for whoever binds to it. */
    InetAddress address() {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException unknown) {
            throw new UnfitSettingException(
                    "berth.node.host", "must be a name or an address under which gateways reach this host", unknown);
        }
    }

    /** What is neither would count as no, and take the limits of all containers away. */
    private static boolean limits(String text) {
        boolean yes = YES.matcher(text).matches();
        UnfitSettingException.unless(yes || NO.matcher(text).matches(), "berth.node.limits", "must be true or false");
        return yes;
    }

    private static PortRange ports(String text) {
        try {
            return PortRange.parse(text);
        } catch (IllegalArgumentException wrong) {
            throw new UnfitSettingException("berth.node.ports", "must be a range of ports such as 20000-31999", wrong);
        }
    }

    private static NodeVolumes volumes(List<String> folders) {
        try {
            return NodeVolumes.parse(folders);
        } catch (IllegalArgumentException wrong) {
            throw new UnfitSettingException(
                    "berth.node.volumes",
                    "must be absolute paths with commas between them, and :rw after those that containers may write to",
                    wrong);
        }
    }

    private static long memory() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getTotalMemorySize();
    }
}
