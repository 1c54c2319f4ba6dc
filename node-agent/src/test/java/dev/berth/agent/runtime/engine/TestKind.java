package dev.berth.agent.runtime.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Which engine a test has, and how that one is begun. */
public enum TestKind {
    /** This machine's own; Debian 12's is 20.10. */
    DOCKER,
    /** Debian 13's, 26.1. */
    DOCKER_26,
    /** Debian 13's, 5.4, by the socket that speaks as Docker's. */
    PODMAN_5,
    /** The same in a network of its own, whose firewall it may change: it publishes ports by that. */
    PODMAN_5_APART;

    /** How what Berth calls it begins. */
    public String called() {
        return switch (this) {
            case DOCKER -> "Docker Engine ";
            case DOCKER_26 -> "Docker Engine 26.";
            case PODMAN_5, PODMAN_5_APART -> "Podman 5.";
        };
    }

    boolean ofThisMachine() {
        return this == DOCKER;
    }

    boolean apart() {
        return this == PODMAN_5_APART;
    }

    /**
     * @param folder of its own
     * @param options of Docker's
     */
    List<String> daemon(Path folder, List<String> options) throws IOException {
        return switch (this) {
            case DOCKER, DOCKER_26 -> dockerd(folder, options);
            case PODMAN_5 -> podman(folder, "none");
            case PODMAN_5_APART -> podman(folder, "iptables");
        };
    }

    /** The start of its own client's commands; empty where nobody needs it. */
    List<String> client(EngineSettings engine) {
        return switch (this) {
            case DOCKER -> List.of();
            case DOCKER_26 -> List.of("docker", "--host=" + engine.host());
            case PODMAN_5, PODMAN_5_APART -> List.of("podman", "--url=" + engine.host());
        };
    }

    private static List<String> dockerd(Path folder, List<String> options) {
        List<String> command = new ArrayList<>(List.of(
                "dockerd",
                "--data-root=" + folder.resolve("data"),
                "--exec-root=" + folder.resolve("run"),
                "--pidfile=" + folder.resolve("docker.pid"),
                "--host=unix://" + folder.resolve("socket"),
                "--bridge=none",
                "--iptables=false",
                "--ip-forward=false"));
        command.addAll(options);
        return command;
    }

    /** Its containers outlive it whatever it is told. */
    private static List<String> podman(Path folder, String firewall) throws IOException {
        Path settings = Files.writeString(
                folder.resolve("containers.conf"), """
                [engine]
                cgroup_manager = "cgroupfs"
                events_logger = "file"
                runtime = "runc"
                retry = 0
                [network]
                firewall_driver = "%s"
                network_config_dir = "%s"
                """.formatted(firewall, folder.resolve("networks")));
        // Docker takes no offence at a registry of this host that has no certificate.
        Path registries = Files.writeString(folder.resolve("registries.conf"), """
                [[registry]]
                prefix = "127.0.0.1"
                location = "127.0.0.1"
                insecure = true
                """);
        return List.of(
                "env",
                "PODMAN_IGNORE_CGROUPSV1_WARNING=1",
                "CONTAINERS_CONF=" + settings,
                "CONTAINERS_REGISTRIES_CONF=" + registries,
                "podman",
                "--root=" + folder.resolve("data"),
                "--runroot=" + folder.resolve("run"),
                "--tmpdir=" + folder.resolve("tmp"),
                "system",
                "service",
                "--time=0",
                "unix://" + folder.resolve("socket"));
    }
}
