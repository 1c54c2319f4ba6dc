package dev.berth.scheduler.rollout;

import dev.berth.scheduler.fleet.Container;
import dev.berth.scheduler.fleet.GatewayReport;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * What the gateways last said. One that was not heard for a lease holds nothing up; but while the bus is away, or was
 * there for less than a lease, nobody can tell who is alive, and nothing counts as confirmed.
 */
final class Gateways {
    /**
     * @param heardAt when its lease began anew
     * @param silent true where it did so because the gateway read all routes, and it has not reported since
     */
    private record Entry(GatewayReport report, Instant heardAt, boolean silent) {}

    private final Duration lease;
    private final Map<String, Entry> entries = new HashMap<>();
    /** Null while the bus is away. */
    private Instant listeningSince;

    Gateways(Duration lease) {
        this.lease = lease;
    }

    void listening(boolean connected, Instant now) {
        if (!connected) {
            listeningSince = null;
        } else if (listeningSince == null) {
            listeningSince = now;
        }
    }

    /** True where it says something new. */
    boolean hear(GatewayReport report, Instant now) {
        Entry before = entries.get(report.gateway());
        if (before != null && live(before, now) && report.incarnation().compareTo(before.report().incarnation()) < 0) {
            // Said before it was started anew, and overtaken. (Where a clock went back, its silence settles it.)
            return false;
        }
        if (before != null && before.report().incarnation().equals(report.incarnation())
                && before.report().statusSequence() >= report.statusSequence()) {
            return false;
        }
        entries.put(report.gateway(), new Entry(report, now, false));
        return before == null || before.report().sequence() != report.sequence()
                || !before.report().drains().equals(report.drains())
                || !before.report().incarnation().equals(report.incarnation());
    }

    /**
     * A gateway is given all routes. Its lease begins, since it may send requests by them before its first report is
     * here; but once only until it reports: one whose reports don't arrive must not hold everything up by reading.
     */
    void read(String gateway, String incarnation, Instant now) {
        Entry before = entries.get(gateway);
        boolean anew = before == null || before.report().incarnation().compareTo(incarnation) < 0
                || !live(before, now) && !before.report().incarnation().equals(incarnation);
        if (anew) {
            entries.put(gateway, new Entry(new GatewayReport(gateway, incarnation, 0, 0, 0, Map.of()), now, true));
        } else if (before.report().incarnation().equals(incarnation) && !before.silent()) {
            entries.put(gateway, new Entry(before.report(), now, true));
        }
    }

    /** When the next lease ends, or the bus has been there for one; null where nothing is to wait for. */
    Instant nextChange(Instant now) {
        Instant next = listeningSince == null ? null : listeningSince.plus(lease);
        if (next != null && !next.isAfter(now)) {
            next = null;
        }
        for (Entry entry : entries.values()) {
            Instant end = entry.heardAt().plus(lease).plusMillis(1);
            if (end.isAfter(now) && (next == null || end.isBefore(next))) {
                next = end;
            }
        }
        return next;
    }

    Handshake at(Instant now) {
        boolean deaf = listeningSince == null || now.isBefore(listeningSince.plus(lease));
        return new Handshake() {
            @Override
            public boolean applied(long sequence) {
                return !deaf && sequence > 0 && entries.values().stream()
                        .allMatch(entry -> !live(entry, now) || entry.report().sequence() >= sequence);
            }

            @Override
            public boolean drained(Container container) {
                return applied(container.drainSequence()) && entries.values().stream().allMatch(
                        entry -> !live(entry, now) || !entry.report().drains().containsKey(container.id())
                                || entry.report().drains().get(container.id()).inFlight() == 0);
            }
        };
    }

    /** What all gateways together had and have in flight on a draining container. */
    GatewayReport.Drain drain(String container) {
        return entries.values().stream()
                .map(entry -> entry.report().drains().getOrDefault(container, GatewayReport.Drain.NONE))
                .reduce(GatewayReport.Drain.NONE, GatewayReport.Drain::plus);
    }

    private boolean live(Entry entry, Instant now) {
        return !entry.heardAt().plus(lease).isBefore(now);
    }
}
