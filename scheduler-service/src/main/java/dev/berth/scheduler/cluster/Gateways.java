package dev.berth.scheduler.cluster;

import dev.berth.scheduler.fleet.GatewayReport;
import dev.berth.scheduler.rollout.Handshake;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What the gateways last said. One that was not heard for a lease holds nothing up. But silence says something of a gateway
 * only while this scheduler could have heard it: while the bus is away, frozen, or was there for less than a lease, or after
 * the scheduler itself stood still, nothing counts as confirmed; nor does the silence of all of them at once.
 */
final class Gateways {
    /** One that was silent for so long is gone for good. */
    static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(10);

    private static final int MOST_APPLIED = 10_000;

    /**
     * @param heardAt when its lease began anew
     * @param reading true where it did so because the gateway read all routes, and it has not reported since
     */
    private record Entry(GatewayReport report, Instant heardAt, boolean reading) {}

    private final Duration lease;
    private final Map<String, Entry> entries = new HashMap<>();
    /** When the leader's own head last came back; empty while the bus is away. */
    private Optional<Instant> headHeard = Optional.empty();
    /** By sequence, since when each that lives has applied routes at least as new. */
    private final NavigableMap<Long, Instant> applied = new TreeMap<>();
    /** Since when nothing that a gateway said could have been missed; empty while that is not so. */
    private Optional<Instant> listeningSince = Optional.empty();

    Gateways(Duration lease) {
        this.lease = lease;
    }

    /** The leader's own head came back over the bus: what gateways say comes, too. */
    void hearHead(Instant now) {
        headHeard = Optional.of(now);
        if (listeningSince.isEmpty()) {
            listeningSince = Optional.of(now);
        }
    }

    /** What gateways said may not have come, or not been read: the bus was away, or the leader stood still. */
    void deaf() {
        headHeard = Optional.empty();
        listeningSince = Optional.empty();
    }

    /** Looks whether the bus still lives, before anything is decided. */
    void look(Instant now) {
        // Half a lease: before the leases of gateways end that were last heard when it froze.
        if (headHeard.isPresent() && headHeard.get().plus(lease.dividedBy(2)).isBefore(now)) {
            deaf();
        }
        entries.values().removeIf(entry -> entry.heardAt().plus(FORGOTTEN_AFTER).isBefore(now));
        if (!blind(now)) {
            long all = entries.values().stream().filter(entry -> live(entry, now))
                    .mapToLong(entry -> entry.report().sequence()).min().orElse(Long.MAX_VALUE);
            applied.tailMap(all, false).clear();
            applied.putIfAbsent(all, now);
            if (applied.size() > MOST_APPLIED) {
                // A sequence that is asked for later seems applied since the next one: drains take longer, never less.
                applied.pollFirstEntry();
            }
        }
    }

    private boolean blind(Instant now) {
        return listeningSince.isEmpty() || now.isBefore(listeningSince.get().plus(lease))
                || !entries.isEmpty() && entries.values().stream().noneMatch(entry -> live(entry, now));
    }

    /** True where it says something new. */
    boolean hear(GatewayReport report, Instant now) {
        Entry before = entries.get(report.gateway());
        if (before != null && live(before, now) && report.incarnation().compareTo(before.report().incarnation()) < 0) {
            // Said before it was started anew, and overtaken. (Where a clock went back, its silence settles it.)
            return false;
        }
        boolean same = before != null && before.report().incarnation().equals(report.incarnation());
        if (same && before.report().statusSequence() >= report.statusSequence()) {
            return false;
        }
        if (report.ended()) {
            entries.remove(report.gateway());
            return before != null;
        }
        entries.put(report.gateway(), new Entry(report, now, false));
        return !same || before.report().sequence() != report.sequence()
                || !before.report().drains().equals(report.drains());
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
            entries.put(gateway, new Entry(new GatewayReport(gateway, incarnation, 0, 0, 0, Map.of(), false), now,
                    true));
        } else if (before.report().incarnation().equals(incarnation) && !before.reading()) {
            entries.put(gateway, new Entry(before.report(), now, true));
        }
    }

    /** When the next lease ends, or the leader has listened for one; empty where nothing is to wait for. */
    Optional<Instant> nextChange(Instant now) {
        Stream<Instant> heard = listeningSince.map(since -> since.plus(lease)).stream();
        Stream<Instant> ends = entries.values().stream().map(entry -> entry.heardAt().plus(lease).plusMillis(1));
        return Stream.concat(heard, ends).filter(at -> at.isAfter(now)).min(Instant::compareTo);
    }

    /** What they have confirmed, as it is at this instant. */
    Handshake at(Instant now) {
        boolean blind = blind(now);
        return new Handshake() {
            @Override
            public boolean applied(long sequence) {
                return !blind && entries.values().stream()
                        .allMatch(entry -> !live(entry, now) || entry.report().sequence() >= sequence);
            }

            @Override
            public Optional<Instant> appliedSince(long sequence) {
                return applied(sequence)
                        ? Optional.ofNullable(Gateways.this.applied.ceilingEntry(sequence)).map(Map.Entry::getValue)
                        : Optional.empty();
            }

            @Override
            public boolean drained(String container, long shownAt) {
                return applied(shownAt) && entries.values().stream()
                        .allMatch(entry -> !live(entry, now) || drain(entry, container).inFlight() == 0);
            }
        };
    }

    /** Those that a cutover at this sequence waits for, in words; empty where there are none. */
    List<String> waitedFor(long sequence, Instant now) {
        if (listeningSince.isEmpty()) {
            return List.of("the bus does not answer");
        }
        return entries.values().stream().filter(entry -> entry.report().sequence() < sequence)
                .map(entry -> entry.report().gateway() + " has not confirmed yet"
                        + (live(entry, now)
                                ? ""
                                : ", and was last heard " + Duration.between(entry.heardAt(), now).toSeconds()
                                        + " s ago"))
                .sorted().toList();
    }

    /** What all gateways together had and have in flight on a draining container. */
    GatewayReport.Drain drain(String container) {
        return entries.values().stream().map(entry -> drain(entry, container)).reduce(GatewayReport.Drain.NONE,
                GatewayReport.Drain::plus);
    }

    private static GatewayReport.Drain drain(Entry entry, String container) {
        return entry.report().drains().getOrDefault(container, GatewayReport.Drain.NONE);
    }

    /** The highest epoch that any of them has seen. */
    long highestEpoch() {
        Collection<Entry> all = entries.values();
        return all.stream().mapToLong(entry -> entry.report().epoch()).max().orElse(0);
    }

    private boolean live(Entry entry, Instant now) {
        return !entry.heardAt().plus(lease).isBefore(now);
    }
}
