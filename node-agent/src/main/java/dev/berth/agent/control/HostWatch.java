package dev.berth.agent.control;

import dev.berth.agent.container.NodeCondition;
import dev.berth.agent.runtime.DiskSpace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Looks at this host beside its containers, on a thread of its own: a disk that hangs must not hang the heartbeat. */
final class HostWatch {
    private static final Logger LOG = Logger.getLogger(HostWatch.class);
    private static final Duration EVERY = Duration.ofSeconds(2);

    private final DiskSpace disk;
    private final Supplier<Optional<Path>> engineFolder;
    private final Runnable changed;
    private volatile List<NodeCondition> conditions = List.of();

    /**
     * @param engineFolder where its engine's data is; empty while that is not known
     * @param changed told from another thread when there are other conditions than before
     */
    HostWatch(DiskSpace disk, Supplier<Optional<Path>> engineFolder, Runnable changed) {
        this.disk = disk;
        this.engineFolder = engineFolder;
        this.changed = changed;
    }

    void begin() {
        Thread.ofVirtual().name("host-watch").start(() -> {
            try {
                while (true) {
                    look();
                    Thread.sleep(EVERY);
                }
            } catch (InterruptedException never) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** As of the last look. */
    List<NodeCondition> conditions() {
        return conditions;
    }

    void look() {
        List<NodeCondition> seen = Stream.concat(
                        disk().map(reason -> new NodeCondition(NodeCondition.Kind.DISK, reason)).stream(),
                        engineDisk().map(reason -> new NodeCondition(NodeCondition.Kind.ENGINE_DISK, reason)).stream())
                .toList();
        Set<NodeCondition.Kind> before = kinds(conditions);
        seen.stream().filter(condition -> !before.contains(condition.kind())).forEach(news -> LOG.warn(news.reason()));
        if (seen.isEmpty() && !conditions.isEmpty()) {
            LOG.info("this host takes new containers again");
        }
        boolean different = !seen.equals(conditions);
        conditions = seen;
        if (different) {
            changed.run();
        }
    }

    private static Set<NodeCondition.Kind> kinds(List<NodeCondition> some) {
        return some.stream().map(NodeCondition::kind).collect(Collectors.toSet());
    }

    private Optional<String> disk() {
        try {
            return disk.full();
        } catch (IOException unreadable) {
            return Optional.of("its disk can't be looked at: " + unreadable);
        }
    }

    /** Empty where that is this agent's own, or can't be seen from here. */
    private Optional<String> engineDisk() {
        Optional<Path> folder = engineFolder.get();
        if (folder.isEmpty()) {
            return Optional.empty();
        }
        try {
            DiskSpace engines = new DiskSpace(folder.get(), "new containers of images");
            return engines.isSameAs(disk) ? Optional.empty() : engines.full();
        } catch (IOException unseen) {
            LOG.debugf("the disk of the engine can't be looked at: %s", unseen.toString());
            return Optional.empty();
        }
    }
}
