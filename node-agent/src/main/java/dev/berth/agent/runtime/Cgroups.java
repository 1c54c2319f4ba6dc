package dev.berth.agent.runtime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Control groups of the kernel, version 2 or 1: one for every container, that knows all that the container started, and
 * its limits. Where this host lets us make none, containers are told by the mark in their environment, and limits only
 * count for placement; that is said once.
 */
public final class Cgroups {
    private static final Logger LOG = Logger.getLogger(Cgroups.class);
    private static final int PERIOD_MICROS = 100_000;
    private static final String PROCESSES = "cgroup.procs";
    private static final String MOST_PROCESSES = "pids.max";
    private static final int LOOKS_BEFORE_NO_FORK = 5;
    /** A process that has just ended may still count. */
    private static final long EMPTY_WITHIN = TimeUnit.SECONDS.toNanos(1);

    private static final long LOOK_AGAIN = TimeUnit.MILLISECONDS.toNanos(5);

    /** Where containers have their groups; the same folder where there is one hierarchy for all. */
    private final Optional<Path> all;

    private final Optional<Path> cpu;
    private final Optional<Path> memory;
    private final boolean unified;

    private Cgroups(Optional<Path> all, Optional<Path> cpu, Optional<Path> memory, boolean unified) {
        this.all = all;
        this.cpu = cpu;
        this.memory = memory;
        this.unified = unified;
    }

    /** None can be made. */
    public static Cgroups none() {
        return new Cgroups(Optional.empty(), Optional.empty(), Optional.empty(), false);
    }

    /**
     * @param root usually /sys/fs/cgroup
     * @param name of this agent's own group
     * @param limits false where the numbers for CPU and memory are to count for placement alone
     */
    public static Cgroups detect(Path root, String name, boolean limits) {
        if (Files.exists(root.resolve("cgroup.controllers"))) {
            Optional<Path> own = own(root, name);
            List<String> controllers = new ArrayList<>();
            own.ifPresent(it -> Stream.of("cpu", "memory", "pids")
                    .filter(each -> delegate(root, each) && delegate(it, each))
                    .forEach(controllers::add));
            return new Cgroups(
                    own,
                    own.filter(it -> limits && controllers.contains("cpu")),
                    own.filter(it -> limits && controllers.contains("memory")),
                    true);
        }
        return new Cgroups(
                own(root.resolve("pids"), name),
                limits ? own(root.resolve("cpu"), name) : Optional.empty(),
                limits ? own(root.resolve("memory"), name) : Optional.empty(),
                false);
    }

    private static Optional<Path> own(Path hierarchy, String name) {
        try {
            if (!Files.exists(hierarchy.resolve(PROCESSES))) {
                throw new NoSuchFileException(hierarchy.toString());
            }
            return Optional.of(Files.createDirectories(hierarchy.resolve("berth-" + name)));
        } catch (IOException refused) {
            LOG.infof("containers get no control groups in %s: %s", hierarchy, refused.toString());
            return Optional.empty();
        }
    }

    private static boolean delegate(Path group, String controller) {
        try {
            write(group.resolve("cgroup.subtree_control"), "+" + controller);
            return true;
        } catch (IOException refused) {
            LOG.infof("no limits by the controller %s on this host: %s", controller, refused.toString());
            return false;
        }
    }

    /**
     * Makes a container's groups. One without limits where they can't be set, which is said.
     *
     * @param cpuMillis 0 for no limit, as the others
     * @return the folders to join, the one that knows all of its processes first; empty where none can be made
     */
    List<Path> create(String id, int cpuMillis, long memoryBytes, int pids) {
        Set<Path> joined = new LinkedHashSet<>();
        try {
            if (all.isPresent()) {
                Path group = Files.createDirectories(all.get().resolve(id));
                joined.add(group);
                if (pids > 0 && Files.exists(group.resolve(MOST_PROCESSES))) {
                    write(group.resolve(MOST_PROCESSES), String.valueOf(pids));
                }
            }
            if (cpu.isPresent() && cpuMillis > 0) {
                Path group = Files.createDirectories(cpu.get().resolve(id));
                long quota = (long) cpuMillis * PERIOD_MICROS / 1000;
                if (unified) {
                    write(group.resolve("cpu.max"), quota + " " + PERIOD_MICROS);
                } else {
                    write(group.resolve("cpu.cfs_period_us"), String.valueOf(PERIOD_MICROS));
                    write(group.resolve("cpu.cfs_quota_us"), String.valueOf(quota));
                }
                joined.add(group);
            }
            if (memory.isPresent() && memoryBytes > 0) {
                Path group = Files.createDirectories(memory.get().resolve(id));
                write(group.resolve(unified ? "memory.max" : "memory.limit_in_bytes"), String.valueOf(memoryBytes));
                joined.add(group);
            }
        } catch (IOException refused) {
            LOG.warnf("container %s runs without its limits: %s", id, refused.toString());
        }
        return List.copyOf(joined);
    }

    boolean ranOutOfMemory(String id) {
        if (memory.isEmpty()) {
            return false;
        }
        Path events = memory.get().resolve(id).resolve(unified ? "memory.events" : "memory.oom_control");
        try {
            return Files.exists(events)
                    && Files.readAllLines(events).stream()
                            .anyMatch(line -> line.startsWith("oom_kill ") && !line.equals("oom_kill 0"));
        } catch (IOException gone) {
            return false;
        }
    }

    /** All processes of a container; empty where it has no group that could tell, be it that an older agent made none. */
    Optional<List<Long>> members(String id) {
        return group(id).map(Cgroups::membersOf);
    }

    private Optional<Path> group(String id) {
        return all.map(folder -> folder.resolve(id)).filter(Files::isDirectory);
    }

    private static List<Long> membersOf(Path group) {
        List<Long> members = new ArrayList<>();
        try (Stream<Path> groups = Files.walk(group)) {
            for (Path each : groups.filter(Files::isDirectory).toList()) {
                for (String process : Files.readAllLines(each.resolve(PROCESSES))) {
                    members.add(Long.parseLong(process));
                }
            }
        } catch (IOException | java.io.UncheckedIOException gone) {
            return members;
        }
        return members;
    }

    /** Ends all processes of a container, by force; does nothing where it has no group. */
    void kill(String id) throws IOException {
        Optional<Path> group = group(id);
        if (group.isEmpty()) {
            return;
        }
        Path atOnce = group.get().resolve("cgroup.kill");
        if (Files.exists(atOnce)) {
            write(atOnce, "1");
        }
        int[] looks = {0};
        Processes.killAll(() -> {
            List<Long> left = membersOf(group.get());
            if (looks[0]++ == LOOKS_BEFORE_NO_FORK && !left.isEmpty()) {
                forbidForks(group.get());
            }
            return left;
        });
    }

    /** They fork faster than they are ended. Not at once: a shell would say so and exit, as if by itself. */
    private static void forbidForks(Path group) {
        try {
            if (Files.exists(group.resolve(MOST_PROCESSES))) {
                write(group.resolve(MOST_PROCESSES), "0");
            }
        } catch (IOException refused) {
            LOG.debugf("%s: %s", group, refused.toString());
        }
    }

    /** Its processes have ended before. */
    void remove(String id) {
        Stream.of(all, cpu, memory)
                .flatMap(Optional::stream)
                .map(folder -> folder.resolve(id))
                .distinct()
                .forEach(Cgroups::removeAll);
    }

    private static void removeAll(Path group) {
        if (!Files.isDirectory(group)) {
            return;
        }
        try (Stream<Path> groups = Files.walk(group)) {
            for (Path each : groups.filter(Files::isDirectory)
                    .sorted(java.util.Comparator.reverseOrder())
                    .toList()) {
                removeOne(each);
            }
        } catch (IOException | java.io.UncheckedIOException busy) {
            LOG.warnf("control group %s stays: %s", group, busy.toString());
        }
    }

    private static void removeOne(Path group) throws IOException {
        long until = System.nanoTime() + EMPTY_WITHIN;
        while (true) {
            try {
                Files.deleteIfExists(group);
                return;
            } catch (IOException busy) {
                if (System.nanoTime() > until) {
                    throw busy;
                }
                LockSupport.parkNanos(LOOK_AGAIN);
            }
        }
    }

    private static void write(Path file, String value) throws IOException {
        Files.write(file, value.getBytes(StandardCharsets.UTF_8));
    }
}
