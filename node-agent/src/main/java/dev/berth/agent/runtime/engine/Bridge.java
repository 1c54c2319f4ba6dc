package dev.berth.agent.runtime.engine;

import com.github.dockerjava.api.model.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A network in the engine that is this agent's own, and the addresses that its containers have there. */
final class Bridge {
    private final Engine engine;
    private final String name;
    private final String agentId;
    private final Path last;
    /** Those of containers, also while the network is not there. */
    private final Set<String> held = new HashSet<>();

    private FreeAddresses free;

    Bridge(Engine engine, String node, String agentId, Path folder) {
        this.engine = engine;
        this.agentId = agentId;
        name = "berth-" + node + "-" + agentId.substring(0, Math.min(8, agentId.length()));
        last = folder.resolve("last-address");
    }

    String name() {
        return name;
    }

    synchronized void hold(String ip) {
        held.add(ip);
        if (free != null) {
            free.hold(ip);
        }
    }

    synchronized void giveBack(String ip) {
        held.remove(ip);
        if (free != null) {
            free.giveBack(ip);
        }
    }

    /**
     * An address on the network, which is made where it is not there.
     *
     * @param kept those that are not free, though nobody has them
     */
    synchronized String take(Set<String> kept) throws IOException {
        Subnet subnet = subnet();
        if (free == null || !free.subnet().equals(subnet)) {
            free = new FreeAddresses(subnet, Files.exists(last) ? Files.readString(last) : "");
            held.forEach(free::hold);
        }
        String ip = free.take(kept)
                .orElseThrow(() -> new IOException("network " + name + " has no free address: " + subnet.size()
                        + " are held, or kept because a gateway may still send another app's requests there; remove the network while nothing runs, and give the engine larger"
                        + " default-address-pools"));
        held.add(ip);
        Files.writeString(last, ip);
        return ip;
    }

    private Subnet subnet() throws IOException {
        Optional<Network> there = find();
        return Subnet.parse(subnet(there.isPresent() ? there.get() : make()));
    }

    private Optional<Network> find() throws IOException {
        Optional<Network> found = engine.find(
                "look for network " + name,
                client -> client.inspectNetworkCmd().withNetworkId(name).exec());
        if (found.isPresent() && !agentId.equals(found.get().getLabels().get(Labels.AGENT))) {
            throw new IOException("network " + name + " of the engine is not this agent's: remove it or rename it");
        }
        return found;
    }

    /** The engine knows which addresses nobody uses, but gives them of its own choice only on a network without ours. */
    private Network make() throws IOException {
        create(Optional.empty());
        String subnet = subnet(find().orElseThrow(() -> new IOException("network " + name + " is gone again")));
        engine.find(
                "remove network " + name,
                client -> client.removeNetworkCmd(name).exec());
        create(Optional.of(subnet));
        return find().orElseThrow(() -> new IOException("network " + name + " is gone again"));
    }

    private void create(Optional<String> subnet) throws IOException {
        engine.ask("make network " + name, client -> {
            var command = client.createNetworkCmd()
                    .withName(name)
                    .withDriver("bridge")
                    .withCheckDuplicate(true)
                    .withLabels(Map.of(Labels.AGENT, agentId));
            subnet.ifPresent(wanted ->
                    command.withIpam(new Network.Ipam().withConfig(new Network.Ipam.Config().withSubnet(wanted))));
            return command.exec();
        });
    }

    private String subnet(Network network) throws IOException {
        List<Network.Ipam.Config> configs =
                network.getIpam() == null || network.getIpam().getConfig() == null
                        ? List.of()
                        : network.getIpam().getConfig();
        return configs.stream()
                .map(Network.Ipam.Config::getSubnet)
                .filter(subnet -> subnet != null && !subnet.contains(":"))
                .findFirst()
                .orElseThrow(() -> new IOException("network " + name + " of the engine has no IPv4 addresses"));
    }
}
