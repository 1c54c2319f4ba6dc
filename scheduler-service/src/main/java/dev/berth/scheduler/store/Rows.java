package dev.berth.scheduler.store;

import dev.berth.scheduler.cluster.Turn;
import dev.berth.scheduler.cluster.Vacated;
import dev.berth.scheduler.fleet.Address;
import dev.berth.scheduler.fleet.Allocation;
import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.Container;
import dev.berth.scheduler.fleet.FunctionSpec;
import dev.berth.scheduler.fleet.Goal;
import dev.berth.scheduler.fleet.Image;
import dev.berth.scheduler.fleet.Kind;
import dev.berth.scheduler.fleet.Seen;
import dev.berth.scheduler.rollout.Receipt;
import dev.berth.scheduler.rollout.Rollout;
import dev.berth.scheduler.rollout.Step;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Rows to records and back. A sealed state is its name in one column, and its details in others that may be null. */
final class Rows {
    static final String UPSERT_APP = """
            insert into scheduler.app (environment, app, life, live, begun) values ($1, $2, $3, $4, $5)
            on conflict (environment, app, life) do update set live = excluded.live, begun = excluded.begun""";
    static final String INSERT_VERSION = """
            insert into scheduler.version (environment, app, life, version, fresh, recreate, repeats)
            values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing""";
    static final String INSERT_FUNCTION = """
            insert into scheduler.function (environment, app, life, version, position, name, digest, kind, port, labels,
            cpu_millis, memory_bytes, min_containers, timeout_millis, startup_timeout_millis, image, host_network, http2)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
            on conflict do nothing""";
    static final String INSERT_PIN = """
            insert into scheduler.pin (environment, app, life, version, name, image) values ($1, $2, $3, $4, $5, $6)""";
    static final String UPSERT_ROLLOUT = """
            insert into scheduler.rollout (environment, app, life, version, step, reason, started_at, cutover_at,
            cutover_sequence, live_at, in_flight_at_cutover, finished, cut_at_deadline, dropped, abandoned, taken_back,
            unaccounted, longest_drain_millis, complete)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
            on conflict (environment, app, life, version) do update set step = excluded.step, reason = excluded.reason,
            cutover_at = excluded.cutover_at, cutover_sequence = excluded.cutover_sequence, live_at = excluded.live_at,
            in_flight_at_cutover = excluded.in_flight_at_cutover, finished = excluded.finished,
            cut_at_deadline = excluded.cut_at_deadline, dropped = excluded.dropped,
            abandoned = excluded.abandoned, taken_back = excluded.taken_back, unaccounted = excluded.unaccounted,
            longest_drain_millis = excluded.longest_drain_millis, complete = excluded.complete""";
    static final String UPSERT_CONTAINER = """
            insert into scheduler.container (id, environment, app, life, version, function, node, cpu_millis,
            memory_bytes, fixed_port, devices, goal, phase, reason, host, port, created_at, ready_at, drained_by,
            drain_deadline, drain_sequence)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
            on conflict (id) do update set version = excluded.version, goal = excluded.goal, phase = excluded.phase,
            reason = excluded.reason, host = excluded.host, port = excluded.port, ready_at = excluded.ready_at,
            drained_by = excluded.drained_by, drain_deadline = excluded.drain_deadline,
            drain_sequence = excluded.drain_sequence""";

    static final String UPSERT_VACATED = """
            insert into scheduler.vacated (host, port, environment, app, life, left_at, node)
            values ($1, $2, $3, $4, $5, $6, $7)
            on conflict (host, port) do update set environment = excluded.environment, app = excluded.app,
            life = excluded.life, left_at = excluded.left_at, node = excluded.node""";

    private Rows() {}

    private static Tuple key(AppId id) {
        return Tuple.tuple().addString(id.environment()).addString(id.app()).addString(id.life());
    }

    private static AppId id(Row row) {
        return new AppId(row.getString("environment"), row.getString("app"), row.getString("life"));
    }

    static Turn.VersionKey versionKey(Row row) {
        return new Turn.VersionKey(id(row), row.getInteger("version"));
    }

    static Turn.AppRow app(Row row) {
        return new Turn.AppRow(id(row), row.getInteger("live"), row.getInteger("begun"));
    }

    static Tuple of(Turn.AppRow row) {
        return key(row.id()).addInteger(row.live()).addInteger(row.begun());
    }

    static Tuple of(AppId id) {
        return key(id);
    }

    static Tuple of(Turn.VersionKey key) {
        return key(key.id()).addInteger(key.version());
    }

    static Tuple of(Turn.VersionRow row) {
        return key(row.id())
                .addInteger(row.spec().version())
                .addBoolean(row.spec().fresh())
                .addBoolean(row.spec().recreate())
                .addInteger(row.spec().repeats());
    }

    static Tuple of(Turn.PinRow row) {
        return key(row.id()).addInteger(row.version()).addString(row.name()).addString(row.image());
    }

    static Turn.PinRow pin(Row row) {
        return new Turn.PinRow(id(row), row.getInteger("version"), row.getString("name"), row.getString("image"));
    }

    static Tuple of(AppId id, int version, int position, FunctionSpec function) {
        String kind =
                switch (function.kind()) {
                    case Kind.Web web -> "WEB";
                    case Kind.Call call -> "CALL";
                    case Kind.Job job -> "JOB";
                };
        return key(id).addInteger(version)
                .addInteger(position)
                .addString(function.name())
                .addString(function.digest())
                .addString(kind)
                .addInteger(function.kind().port())
                .addArrayOfString(function.kind().labels().toArray(String[]::new))
                .addInteger(function.cpuMillis())
                .addLong(function.memoryBytes())
                .addInteger(function.minContainers())
                .addLong(function.timeout().toMillis())
                .addLong(function.startupTimeout().toMillis())
                .addString(function.image().map(Image::name).orElse(null))
                .addBoolean(function.image().filter(Image::hostNetwork).isPresent())
                .addBoolean(function.kind().http2());
    }

    static FunctionSpec function(Row row) {
        int port = row.getInteger("port");
        String stored = row.getString("kind");
        Kind kind =
                switch (stored) {
                    case "WEB" -> new Kind.Web(port, List.of(row.getArrayOfStrings("labels")), row.getBoolean("http2"));
                    case "CALL" -> new Kind.Call(port);
                    case "JOB" -> new Kind.Job();
                    default -> throw unknown("kind", stored);
                };
        return new FunctionSpec(
                row.getString("name"),
                row.getString("digest"),
                kind,
                row.getInteger("cpu_millis"),
                row.getLong("memory_bytes"),
                row.getInteger("min_containers"),
                Duration.ofMillis(row.getLong("timeout_millis")),
                Duration.ofMillis(row.getLong("startup_timeout_millis")),
                Optional.ofNullable(row.getString("image"))
                        .map(image -> new Image(image, row.getBoolean("host_network"))));
    }

    static Turn.RolloutRow rollout(Row row) {
        Receipt receipt = new Receipt(
                row.getLong("in_flight_at_cutover"),
                row.getLong("finished"),
                row.getLong("cut_at_deadline"),
                row.getLong("dropped"),
                row.getLong("abandoned"),
                row.getLong("taken_back"),
                row.getLong("unaccounted"),
                row.getLong("longest_drain_millis"),
                row.getBoolean("complete"));
        return new Turn.RolloutRow(
                id(row), new Rollout(row.getInteger("version"), time(row, "started_at"), step(row), receipt));
    }

    private static Step step(Row row) {
        String reason = row.getString("reason");
        Instant cutAt = time(row, "cutover_at");
        long sequence = row.getLong("cutover_sequence");
        Instant liveAt = time(row, "live_at");
        String stored = row.getString("step");
        return switch (stored) {
            case "STARTING" -> new Step.Starting();
            case "CUTTING_OVER" -> new Step.CuttingOver(cutAt, some(sequence));
            case "LIVE" -> new Step.Live(cutAt, sequence, liveAt);
            case "SUPERSEDED" -> new Step.Superseded(reason, cutAt, sequence, Optional.ofNullable(liveAt));
            case "FAILED" -> new Step.Failed(reason);
            case "CANCELLED" -> new Step.Cancelled(reason);
            default -> throw unknown("step", stored);
        };
    }

    static Tuple of(Turn.RolloutRow row) {
        Rollout rollout = row.rollout();
        Receipt receipt = rollout.receipt();
        String step =
                switch (rollout.step()) {
                    case Step.Starting starting -> "STARTING";
                    case Step.CuttingOver cuttingOver -> "CUTTING_OVER";
                    case Step.Live live -> "LIVE";
                    case Step.Superseded superseded -> "SUPERSEDED";
                    case Step.Failed failed -> "FAILED";
                    case Step.Cancelled cancelled -> "CANCELLED";
                };
        long sequence =
                switch (rollout.step()) {
                    case Step.CuttingOver cuttingOver -> cuttingOver.sequence().orElse(0);
                    case Step.Live live -> live.sequence();
                    case Step.Superseded superseded -> superseded.sequence();
                    case Step.Starting starting -> 0;
                    case Step.Failed failed -> 0;
                    case Step.Cancelled cancelled -> 0;
                };
        return key(row.id())
                .addInteger(rollout.version())
                .addString(step)
                .addString(rollout.reason())
                .addOffsetDateTime(time(rollout.startedAt()))
                .addOffsetDateTime(time(rollout.cutAt()))
                .addLong(sequence)
                .addOffsetDateTime(time(rollout.liveSince()))
                .addLong(receipt.inFlightAtCutover())
                .addLong(receipt.finished())
                .addLong(receipt.cutAtDeadline())
                .addLong(receipt.dropped())
                .addLong(receipt.abandoned())
                .addLong(receipt.takenBack())
                .addLong(receipt.unaccounted())
                .addLong(receipt.longestDrainMillis())
                .addBoolean(receipt.complete());
    }

    static Container container(Row row) {
        Allocation on = new Allocation(
                row.getString("node"),
                row.getInteger("cpu_millis"),
                row.getLong("memory_bytes"),
                row.getInteger("fixed_port"),
                Set.of(row.getArrayOfStrings("devices")));
        return new Container(
                row.getString("id"),
                id(row),
                row.getInteger("version"),
                row.getString("function"),
                on,
                time(row, "created_at"),
                goal(row),
                seen(row));
    }

    private static Goal goal(Row row) {
        String stored = row.getString("goal");
        return switch (stored) {
            case "RUN" -> new Goal.Run();
            case "DRAIN" ->
                new Goal.Drain(
                        row.getInteger("drained_by"), time(row, "drain_deadline"), some(row.getLong("drain_sequence")));
            case "FETCH" -> new Goal.Fetch();
            case "STOP" -> new Goal.Stop();
            default -> throw unknown("goal", stored);
        };
    }

    private static Seen seen(Row row) {
        Optional<Address> at = row.getInteger("port") == 0
                ? Optional.empty()
                : Optional.of(new Address(row.getString("host"), row.getInteger("port")));
        String stored = row.getString("phase");
        return switch (stored) {
            case "PENDING" -> new Seen.Ordered();
            case "STARTING" -> new Seen.Starting(row.getString("reason"));
            case "READY" -> new Seen.Ready(at.orElseThrow(), time(row, "ready_at"));
            case "STOPPING" -> new Seen.Stopping(at);
            default -> throw unknown("phase", stored);
        };
    }

    static Tuple of(Container container) {
        Allocation on = container.on();
        String goal =
                switch (container.goal()) {
                    case Goal.Run run -> "RUN";
                    case Goal.Drain drain -> "DRAIN";
                    case Goal.Fetch fetch -> "FETCH";
                    case Goal.Stop stop -> "STOP";
                };
        String phase =
                switch (container.seen()) {
                    case Seen.Ordered ordered -> "PENDING";
                    case Seen.Starting starting -> "STARTING";
                    case Seen.Ready ready -> "READY";
                    case Seen.Stopping stopping -> "STOPPING";
                    case Seen.Gone gone ->
                        throw new IllegalArgumentException(container.id() + " is gone: it has no row");
                };
        Optional<Instant> readyAt =
                container.seen() instanceof Seen.Ready ready ? Optional.of(ready.since()) : Optional.empty();
        Optional<Goal.Drain> drain = container.draining();
        return Tuple.tuple()
                .addString(container.id())
                .addString(container.app().environment())
                .addString(container.app().app())
                .addString(container.app().life())
                .addInteger(container.version())
                .addString(container.function())
                .addString(on.node())
                .addInteger(on.cpuMillis())
                .addLong(on.memoryBytes())
                .addInteger(on.port())
                .addArrayOfString(on.devices().toArray(String[]::new))
                .addString(goal)
                .addString(phase)
                .addString(container.reason())
                .addString(container.address().map(Address::host).orElse(""))
                .addInteger(container.address().map(Address::port).orElse(0))
                .addOffsetDateTime(time(container.orderedAt()))
                .addOffsetDateTime(time(readyAt))
                .addInteger(drain.map(Goal.Drain::by).orElse(0))
                .addOffsetDateTime(time(drain.map(Goal.Drain::deadline)))
                .addLong(drain.map(Goal.Drain::shownAt)
                        .orElse(OptionalLong.empty())
                        .orElse(0));
    }

    static Tuple of(Vacated vacated) {
        AppId by = vacated.by();
        return Tuple.of(
                        vacated.at().host(),
                        vacated.at().port(),
                        by.environment(),
                        by.app(),
                        by.life(),
                        vacated.leftAt().orElse(0))
                .addString(vacated.node());
    }

    static Vacated vacated(Row row) {
        return new Vacated(
                new Address(row.getString("host"), row.getInteger("port")),
                row.getString("node"),
                id(row),
                some(row.getLong("left_at")));
    }

    private static OptionalLong some(long sequence) {
        return sequence == 0 ? OptionalLong.empty() : OptionalLong.of(sequence);
    }

    private static IllegalStateException unknown(String what, String stored) {
        return new IllegalStateException(
                "the database holds a " + what + " that this version does not know: " + stored);
    }

    private static Instant time(Row row, String column) {
        OffsetDateTime time = row.getOffsetDateTime(column);
        return time == null ? null : time.toInstant();
    }

    private static OffsetDateTime time(Optional<Instant> instant) {
        return instant.map(Rows::time).orElse(null);
    }

    private static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
