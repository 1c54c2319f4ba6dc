package dev.berth.agent.runtime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * CPU and memory limits by the kernel's control groups, version 2 or 1, where this host lets us. Where it does not, the
 * numbers only count for placement; that is said once.
 */
public final class Cgroups {
    private static final Logger LOG = Logger.getLogger(Cgroups.class);
    private static final int PERIOD_MICROS = 100_000;

    private enum Kind {
        V2,
        V1,
        NONE
    }

    private final Kind kind;
    private final Path cpu;
    private final Path memory;

    private Cgroups(Kind kind, Path cpu, Path memory) {
        this.kind = kind;
        this.cpu = cpu;
        this.memory = memory;
    }

    /** No limits. */
    public static Cgroups none() {
        return new Cgroups(Kind.NONE, Path.of("/"), Path.of("/"));
    }

    /**
     * @param root usually /sys/fs/cgroup
     * @param name of this agent's own group
     */
    public static Cgroups detect(Path root, String name) {
        try {
            if (Files.exists(root.resolve("cgroup.controllers"))) {
                write(root.resolve("cgroup.subtree_control"), "+cpu +memory");
                Path own = Files.createDirectories(root.resolve("berth-" + name));
                write(own.resolve("cgroup.subtree_control"), "+cpu +memory");
                return new Cgroups(Kind.V2, own, own);
            }
            if (Files.isDirectory(root.resolve("cpu")) && Files.isDirectory(root.resolve("memory"))) {
                return new Cgroups(
                        Kind.V1,
                        Files.createDirectories(root.resolve("cpu/berth-" + name)),
                        Files.createDirectories(root.resolve("memory/berth-" + name)));
            }
        } catch (IOException refused) {
            LOG.infof("no CPU and memory limits on this host: %s", refused.toString());
        }
        return none();
    }

    /** Makes a container's groups; gives the folders to join, separated by colons. */
    String create(String id, int cpuMillisLimit, long memoryBytesLimit) {
        if (kind == Kind.NONE || cpuMillisLimit == 0 && memoryBytesLimit == 0) {
            return "";
        }
        List<String> joined = new ArrayList<>();
        try {
            if (cpuMillisLimit > 0) {
                Path group = Files.createDirectories(cpu.resolve(id));
                long quota = (long) cpuMillisLimit * PERIOD_MICROS / 1000;
                if (kind == Kind.V2) {
                    write(group.resolve("cpu.max"), quota + " " + PERIOD_MICROS);
                } else {
                    write(group.resolve("cpu.cfs_period_us"), String.valueOf(PERIOD_MICROS));
                    write(group.resolve("cpu.cfs_quota_us"), String.valueOf(quota));
                }
                joined.add(group.toString());
            }
            if (memoryBytesLimit > 0) {
                Path group = Files.createDirectories(memory.resolve(id));
                write(
                        group.resolve(kind == Kind.V2 ? "memory.max" : "memory.limit_in_bytes"),
                        String.valueOf(memoryBytesLimit));
                if (!joined.contains(group.toString())) {
                    joined.add(group.toString());
                }
            }
        } catch (IOException refused) {
            LOG.warnf("container %s runs without its limits: %s", id, refused.toString());
        }
        return String.join(":", joined);
    }

    boolean ranOutOfMemory(String id) {
        if (kind == Kind.NONE) {
            return false;
        }
        Path events = memory.resolve(id).resolve(kind == Kind.V2 ? "memory.events" : "memory.oom_control");
        try {
            return Files.exists(events)
                    && Files.readAllLines(events).stream()
                            .anyMatch(line -> line.startsWith("oom_kill ") && !line.equals("oom_kill 0"));
        } catch (IOException gone) {
            return false;
        }
    }

    /** Ends processes that left their session but not their group. */
    void kill(String id) {
        Path all = memory.resolve(id).resolve("cgroup.kill");
        if (kind == Kind.V2 && Files.exists(all)) {
            try {
                write(all, "1");
            } catch (IOException refused) {
                LOG.debugf("cgroup.kill: %s", refused.toString());
            }
        }
    }

    void remove(String id) {
        if (kind == Kind.NONE) {
            return;
        }
        for (Path group : List.of(cpu.resolve(id), memory.resolve(id))) {
            try {
                Files.deleteIfExists(group);
            } catch (IOException busy) {
                LOG.debugf("control group %s stays: %s", group, busy.toString());
            }
        }
    }

    private static void write(Path file, String value) throws IOException {
        Files.write(file, value.getBytes(StandardCharsets.UTF_8));
    }
}
