package dev.berth.scheduler.store;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.berth.protocol.v1.Version;
import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.Container;
import dev.berth.scheduler.fleet.Goal;
import dev.berth.scheduler.fleet.Phase;
import dev.berth.scheduler.rollout.Receipt;
import dev.berth.scheduler.rollout.Rollout;
import dev.berth.scheduler.rollout.Turn;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Rows to records and back. */
final class Rows {
    static final String UPSERT_ROLLOUT = """
            insert into scheduler.rollout values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
            on conflict (environment, app, version) do update set step = excluded.step, reason = excluded.reason,
            cutover_at = excluded.cutover_at, cutover_sequence = excluded.cutover_sequence, live_at = excluded.live_at,
            in_flight_at_cutover = excluded.in_flight_at_cutover, finished = excluded.finished,
            cut_at_deadline = excluded.cut_at_deadline, dropped = excluded.dropped,
            abandoned = excluded.abandoned, taken_back = excluded.taken_back, unaccounted = excluded.unaccounted,
            longest_drain_millis = excluded.longest_drain_millis, complete = excluded.complete""";
    static final String UPSERT_CONTAINER = """
            insert into scheduler.container
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
            on conflict (id) do update set version = excluded.version, goal = excluded.goal, phase = excluded.phase,
            reason = excluded.reason, host = excluded.host, port = excluded.port, ready_at = excluded.ready_at,
            drained_by = excluded.drained_by, drain_deadline = excluded.drain_deadline,
            drain_sequence = excluded.drain_sequence""";

    private Rows() {}

    static Turn.AppRow app(Row row) {
        return new Turn.AppRow(id(row), row.getInteger("live"), row.getInteger("begun"));
    }

    static Tuple of(Turn.AppRow row) {
        return Tuple.tuple().addString(row.id().environment()).addString(row.id().app()).addInteger(row.live())
                .addInteger(row.begun());
    }

    static Tuple of(Turn.VersionKey key) {
        return Tuple.of(key.id().environment(), key.id().app(), key.version());
    }

    static Version version(Row row) {
        try {
            return Version.parseFrom(row.get(Buffer.class, 0).getBytes());
        } catch (InvalidProtocolBufferException broken) {
            throw new IllegalStateException("a stored version is broken", broken);
        }
    }

    static Tuple of(Version version) {
        return Tuple.tuple().addString(version.getEnvironment()).addString(version.getApp())
                .addInteger(version.getVersion()).addValue(Buffer.buffer(version.toByteArray()));
    }

    static Turn.RolloutRow rollout(Row row) {
        Receipt receipt = new Receipt(row.getLong("in_flight_at_cutover"), row.getLong("finished"),
                row.getLong("cut_at_deadline"), row.getLong("dropped"), row.getLong("abandoned"),
                row.getLong("taken_back"), row.getLong("unaccounted"), row.getLong("longest_drain_millis"),
                row.getBoolean("complete"));
        return new Turn.RolloutRow(id(row), new Rollout(row.getInteger("version"),
                Rollout.Step.valueOf(row.getString("step")), row.getString("reason"), time(row, "started_at"),
                time(row, "cutover_at"), row.getLong("cutover_sequence"), time(row, "live_at"), receipt));
    }

    static Tuple of(Turn.RolloutRow row) {
        Rollout rollout = row.rollout();
        Receipt receipt = rollout.receipt();
        return Tuple.tuple().addString(row.id().environment()).addString(row.id().app()).addInteger(rollout.version())
                .addString(rollout.step().name()).addString(rollout.reason())
                .addOffsetDateTime(time(rollout.startedAt()))
                .addOffsetDateTime(time(rollout.cutoverAt())).addLong(rollout.cutoverSequence())
                .addOffsetDateTime(time(rollout.liveAt())).addLong(receipt.inFlightAtCutover())
                .addLong(receipt.finished())
                .addLong(receipt.cutAtDeadline()).addLong(receipt.dropped()).addLong(receipt.abandoned())
                .addLong(receipt.takenBack()).addLong(receipt.unaccounted()).addLong(receipt.longestDrainMillis())
                .addBoolean(receipt.complete());
    }

    static Container container(Row row) {
        return new Container(row.getString("id"), id(row), row.getInteger("version"), row.getString("function"),
                row.getString("node"), Goal.valueOf(row.getString("goal")), Phase.valueOf(row.getString("phase")),
                row.getString("reason"), row.getString("host"), row.getInteger("port"), time(row, "created_at"),
                time(row, "ready_at"), row.getInteger("drained_by"), time(row, "drain_deadline"),
                row.getLong("drain_sequence"));
    }

    static Tuple of(Container container) {
        return Tuple.tuple().addString(container.id()).addString(container.app().environment())
                .addString(container.app().app()).addInteger(container.version()).addString(container.function())
                .addString(container.node()).addString(container.goal().name()).addString(container.phase().name())
                .addString(container.reason()).addString(container.host()).addInteger(container.port())
                .addOffsetDateTime(time(container.createdAt())).addOffsetDateTime(time(container.readyAt()))
                .addInteger(container.drainedBy()).addOffsetDateTime(time(container.drainDeadline()))
                .addLong(container.drainSequence());
    }

    private static AppId id(Row row) {
        return new AppId(row.getString("environment"), row.getString("app"));
    }

    private static Instant time(Row row, String column) {
        OffsetDateTime time = row.getOffsetDateTime(column);
        return time == null ? null : time.toInstant();
    }

    private static OffsetDateTime time(Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }
}
