package dev.berth.scheduler.cluster;

import dev.berth.scheduler.fleet.GatewayReport;
import dev.berth.scheduler.rollout.Handshake;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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
    private record Entry(GatewayReport report, Instant heardAt, boolean reading) {
        static Entry unheard(String gateway, String incarnation, Instant heardAt, boolean reading) {
            return new Entry(new GatewayReport(gateway, incarnation, 0, 0, 0, Map.of(), false), heardAt, reading);
        }

        /** It may send requests by the routes that it has. One that has ended is kept for what it counted. */
        boolean routes() {
            return !report.ended();
        }
    }

    private final Duration lease;
    private final Map<String, Entry> entries = new HashMap<>();
    /** When the leader's own head last came back; empty while the bus is away. */
    private Optional<Instant> headHeard = Optional.empty();
    /** For a sequence: since when every live gateway has applied it, or a newer one. */
    private final NavigableMap<Long, Instant> applied = new TreeMap<>();
    /** Since when every report of a gateway could be heard; empty while reports may be lost. */
    private Optional<Instant> listeningSince = Optional.empty();

    private final Set<String> appeared = new TreeSet<>();
    private final Set<String> left = new TreeSet<>();

    Gateways(Duration lease) {
        this.lease = lease;
    }

    /** One that an earlier leader knew. It holds no drain up until it is heard; but what it knows may be old. */
    void restore(String gateway) {
        entries.put(gateway, Entry.unheard(gateway, "", Instant.EPOCH, false));
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
        forgetSilentOnes(now);
        if (!blind(now)) {
            long all = entries.values().stream()
                    .filter(entry -> live(entry, now))
                    .mapToLong(entry -> entry.report().sequence())
                    .min()
                    .orElse(Long.MAX_VALUE);
            applied.tailMap(all, false).clear();
            applied.putIfAbsent(all, now);
            if (applied.size() > MOST_APPLIED) {
                // For a sequence that is dropped here the next one's instant is taken: drains may take longer, never
                // less.
                applied.pollFirstEntry();
            }
        }
    }

    private void forgetSilentOnes(Instant now) {
        for (Entry entry : List.copyOf(entries.values())) {
            if (forgottenAt(entry).filter(at -> at.isBefore(now)).isPresent()) {
                remove(entry.report().gateway());
            }
        }
    }

    /** Its silence counts only while somebody listens. */
    private Optional<Instant> forgottenAt(Entry entry) {
        return listeningSince
                .map(since -> since.isAfter(entry.heardAt()) ? since : entry.heardAt())
                .map(silentSince -> silentSince.plus(FORGOTTEN_AFTER));
    }

    private void remove(String gateway) {
        entries.remove(gateway);
        noteGone(gateway);
    }

    private void noteGone(String gateway) {
        appeared.remove(gateway);
        left.add(gateway);
    }

    private void put(Entry entry) {
        String gateway = entry.report().gateway();
        Entry before = entries.put(gateway, entry);
        if (!entry.routes()) {
            noteGone(gateway);
        } else if (before == null || !before.routes()) {
            appeared.add(gateway);
            left.remove(gateway);
        }
    }

    private Stream<Entry> routing() {
        return entries.values().stream().filter(Entry::routes);
    }

    /** Tells which gateways have appeared, and which have left, since the last call. */
    void tellKnown(Changeset changes) {
        changes.gateways(appeared, left);
        appeared.clear();
        left.clear();
    }

    /**
     * The newest routes that every gateway has: those that live, and those that are silent and may go on from their last
     * routes. Nothing before every gateway could be heard.
     */
    long confirmedByAll(Instant now) {
        if (listeningSince.isEmpty() || now.isBefore(listeningSince.get().plus(lease))) {
            return -1;
        }
        return routing().mapToLong(entry -> entry.report().sequence()).min().orElse(Long.MAX_VALUE);
    }

    /** When {@link #confirmedByAll} may be another, though nobody says anything. */
    Optional<Instant> nextConfirmation(Instant now) {
        Stream<Instant> listened = listeningSince.map(since -> since.plus(lease)).stream();
        Stream<Instant> forgotten =
                routing().flatMap(entry -> forgottenAt(entry).stream()).map(at -> at.plusMillis(1));
        return Stream.concat(listened, forgotten).filter(at -> at.isAfter(now)).min(Instant::compareTo);
    }

    private boolean blind(Instant now) {
        return listeningSince.isEmpty()
                || now.isBefore(listeningSince.get().plus(lease))
                || routing().findAny().isPresent() && entries.values().stream().noneMatch(entry -> live(entry, now));
    }

    /** True where it says something new. */
    boolean hear(GatewayReport report, Instant now) {
        Entry before = entries.get(report.gateway());
        if (before != null
                && live(before, now)
                && report.incarnation().compareTo(before.report().incarnation()) < 0) {
            // Said before it was started anew, and overtaken. (Where a clock went back, its silence settles it.)
            return false;
        }
        boolean same = before != null && before.report().incarnation().equals(report.incarnation());
        if (same && before.report().statusSequence() >= report.statusSequence()) {
            return false;
        }
        put(new Entry(report, now, false));
        return !same
                || report.ended()
                || before.report().sequence() != report.sequence()
                || !before.report().drains().equals(report.drains());
    }

    /**
     * A gateway is given all routes. Its lease begins, since it may send requests by them before its first report is
     * here; but once only until it reports: one whose reports don't arrive must not hold everything up by reading.
     */
    void read(String gateway, String incarnation, Instant now) {
        Entry before = entries.get(gateway);
        boolean anew = before == null
                || before.report().incarnation().compareTo(incarnation) < 0
                || !live(before, now) && !before.report().incarnation().equals(incarnation);
        if (anew) {
            put(Entry.unheard(gateway, incarnation, now, true));
        } else if (before.report().incarnation().equals(incarnation) && !before.reading()) {
            put(new Entry(before.report(), now, true));
        }
    }

    /** When the next lease ends, or the leader has listened for one; empty where nothing is to wait for. */
    Optional<Instant> nextChange(Instant now) {
        Stream<Instant> heard = listeningSince.map(since -> since.plus(lease)).stream();
        Stream<Instant> ends = entries.values().stream()
                .map(entry -> entry.heardAt().plus(lease).plusMillis(1));
        return Stream.concat(heard, ends).filter(at -> at.isAfter(now)).min(Instant::compareTo);
    }

    /** What they have confirmed, as it is at this instant. */
    Handshake at(Instant now) {
        boolean blind = blind(now);
        return new Handshake() {
            @Override
            public boolean applied(long sequence) {
                return !blind
                        && entries.values().stream()
                                .allMatch(entry ->
                                        !live(entry, now) || entry.report().sequence() >= sequence);
            }

            @Override
            public Optional<Instant> appliedSince(long sequence) {
                return applied(sequence)
                        ? Optional.ofNullable(Gateways.this.applied.ceilingEntry(sequence))
                                .map(Map.Entry::getValue)
                        : Optional.empty();
            }

            @Override
            public boolean drained(String container, long shownAt) {
                return applied(shownAt)
                        && entries.values().stream()
                                .allMatch(entry -> !live(entry, now)
                                        || drain(entry, container).inFlight() == 0);
            }
        };
    }

    /** The gateways that a cutover at this sequence waits for, in words; empty where there are none. */
    List<String> waitedFor(long sequence, Instant now) {
        if (listeningSince.isEmpty()) {
            return List.of("the bus does not answer");
        }
        return routing()
                .filter(entry -> entry.report().sequence() < sequence)
                .map(entry -> entry.report().gateway() + " has not confirmed yet" + silence(entry, now))
                .sorted()
                .toList();
    }

    /** The gateways that have older routes than these, in words that do not change with time. */
    List<String> behind(long sequence) {
        return routing()
                .filter(entry -> entry.report().sequence() < sequence)
                .map(entry -> entry.report().gateway()
                        + (entry.heardAt().equals(Instant.EPOCH)
                                ? ", not heard since this scheduler leads"
                                : ", last heard at " + entry.heardAt()))
                .sorted()
                .toList();
    }

    private String silence(Entry entry, Instant now) {
        if (live(entry, now)) {
            return "";
        }
        return entry.heardAt().equals(Instant.EPOCH)
                ? ", and was not heard since this scheduler leads"
                : ", and was last heard "
                        + Duration.between(entry.heardAt(), now).toSeconds() + " s ago";
    }

    /** What all gateways together had and have in flight on a draining container. */
    GatewayReport.Drain drain(String container) {
        return entries.values().stream()
                .map(entry -> drain(entry, container))
                .reduce(GatewayReport.Drain.NONE, GatewayReport.Drain::plus);
    }

    private static GatewayReport.Drain drain(Entry entry, String container) {
        return entry.report().drains().getOrDefault(container, GatewayReport.Drain.NONE);
    }

    private boolean live(Entry entry, Instant now) {
        return entry.routes() && !entry.heardAt().plus(lease).isBefore(now);
    }
}
