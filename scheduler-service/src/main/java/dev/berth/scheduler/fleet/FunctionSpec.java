package dev.berth.scheduler.fleet;

import java.time.Duration;
import java.util.List;

/**
 * What the scheduler needs to know of a function; the rest of its spec goes to the agent unread.
 *
 * @param cpuMillis thousandths of a core to reserve
 * @param memoryBytes to reserve
 * @param port a fixed port, which no two containers of one node can share; 0 for none
 * @param containers how many run, at least 1
 * @param labels under which it answers while its version is live; the first is its own
 */
public record FunctionSpec(String name, int cpuMillis, long memoryBytes, int port, int containers, Duration timeout,
        Duration startupTimeout, List<String> labels) {
    public FunctionSpec {
        labels = List.copyOf(labels);
    }
}
