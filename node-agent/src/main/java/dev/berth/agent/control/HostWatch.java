package dev.berth.agent.control;

import dev.berth.agent.container.NodeCondition;
import dev.berth.agent.runtime.DiskSpace;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Looks at this host beside its containers, on a thread of its own: a disk that hangs must not hang the heartbeat. */
final class HostWatch {
    private static final Logger LOG = Logger.getLogger(HostWatch.class);
    private static final Duration EVERY = Duration.ofSeconds(2);

    private final DiskSpace disk;
    private final Runnable changed;
    private volatile List<NodeCondition> conditions = List.of();

    /** @param changed told from another thread when there are other conditions than before */
    HostWatch(DiskSpace disk, Runnable changed) {
        this.disk = disk;
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

    private void look() {
        List<NodeCondition> seen = disk().map(reason -> new NodeCondition(NodeCondition.Kind.DISK, reason)).stream()
                .toList();
        if (seen.isEmpty() != conditions.isEmpty()) {
            seen.forEach(condition -> LOG.warn(condition.reason()));
            if (seen.isEmpty()) {
                LOG.info("this host takes new containers again");
            }
        }
        boolean different = !seen.equals(conditions);
        conditions = seen;
        if (different) {
            changed.run();
        }
    }

    private Optional<String> disk() {
        try {
            return disk.full();
        } catch (IOException unreadable) {
            return Optional.of("its disk can't be looked at: " + unreadable);
        }
    }
}
