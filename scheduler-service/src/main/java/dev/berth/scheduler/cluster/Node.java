package dev.berth.scheduler.cluster;

import dev.berth.scheduler.fleet.NodeReport;
import dev.berth.scheduler.fleet.NodeState;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** One node: what its agent last said, and which order it has. */
final class Node {
    /** An order that the agent has not echoed for so long is sent again. */
    private static final Duration REPEAT = Duration.ofSeconds(1);

    final String name;
    /** Ids of the containers that were ordered there. */
    final Set<String> containers = new LinkedHashSet<>();

    private Optional<NodeReport> report = Optional.empty();
    private Instant heardAt;
    private NodeState state = NodeState.READY;
    private long generation;
    private Optional<Instant> orderedAt = Optional.empty();
    private Set<Long> unneededImages = Set.of();

    Node(String name, Instant now) {
        this.name = name;
        heardAt = now;
    }

    /** False for a report that a newer one has overtaken. */
    boolean isNews(NodeReport next) {
        if (report.isEmpty()) {
            return true;
        }
        int order = next.incarnation().compareTo(report.get().incarnation());
        // A lower incarnation is an agent's that has been started anew since; but where it is all that one hears, a
        // clock
        // went back.
        return order == 0 ? next.sequence() > report.get().sequence() : order > 0 || state == NodeState.LOST;
    }

    /** True where it has another capacity, other conditions or drivers than before, or is back. */
    boolean hear(NodeReport next, Instant now) {
        boolean first = report.isEmpty()
                || state == NodeState.LOST
                || report.get().cpuMillis() != next.cpuMillis()
                || report.get().memoryBytes() != next.memoryBytes()
                || !report.get().conditions().equals(next.conditions())
                || !report.get().drivers().equals(next.drivers());
        report = Optional.of(next);
        heardAt = now;
        state = NodeState.READY;
        return first;
    }

    void lose() {
        state = NodeState.LOST;
    }

    /** Its silence up to now says nothing: nobody listened. */
    void excuse(Instant now) {
        heardAt = now;
    }

    /** True once its agent was heard in this term: before, nobody knows what an order would end. */
    boolean heard() {
        return report.isPresent();
    }

    Optional<NodeReport> report() {
        return report;
    }

    Instant heardAt() {
        return heardAt;
    }

    NodeState state() {
        return state;
    }

    /** True where the agent carries out this leader's newest order. */
    boolean confirms(NodeReport said, long epoch) {
        return said.epoch() == epoch && said.generation() >= generation;
    }

    boolean mayRepeat(Instant now) {
        return orderedAt.isEmpty() || orderedAt.get().isBefore(now.minus(REPEAT));
    }

    void ordered(Set<Long> unneeded, Instant now) {
        generation++;
        unneededImages = unneeded;
        orderedAt = Optional.of(now);
    }

    /** As its newest order says. */
    Set<Long> unneededImages() {
        return unneededImages;
    }

    long generation() {
        return generation;
    }
}
