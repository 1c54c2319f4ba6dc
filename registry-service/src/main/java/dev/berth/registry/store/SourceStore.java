package dev.berth.registry.store;

import dev.berth.registry.app.Source;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;

/** Source bundles: uncompressed tar archives by the SHA-256 of their bytes, in chunks. */
@ApplicationScoped
public class SourceStore {
    private final Mutiny.SessionFactory sessions;

    SourceStore(Mutiny.SessionFactory sessions) {
        this.sessions = sessions;
    }

    public Uni<Optional<Source>> find(String digest) {
        return sessions.withSession(session -> session.find(SourceRow.class, digest))
                .map(row -> Optional.ofNullable(row).map(found -> new Source(found.digest, found.bytes)));
    }

    /** The upload that has the bundle's chunks. */
    public Uni<Optional<String>> upload(String digest) {
        return sessions.withSession(session -> session.find(SourceRow.class, digest))
                .map(row -> Optional.ofNullable(row).map(found -> found.upload));
    }

    /** Stores one chunk of an upload that nobody sees until {@link #complete}; a repeated one is harmless. */
    public Uni<Void> append(String upload, int index, byte[] data, Instant now) {
        return sessions.withTransaction(session -> begin(session, upload, index, now)
                        .chain(() -> session.createNativeQuery(
                                        "insert into registry.source_chunk (upload, index, data) "
                                                + "values (?1, ?2, ?3) on conflict do nothing")
                                .setParameter(1, upload)
                                .setParameter(2, index)
                                .setParameter(3, data)
                                .executeUpdate()))
                .replaceWithVoid();
    }

    private static Uni<Integer> begin(Mutiny.Session session, String upload, int index, Instant now) {
        return index > 0
                ? touch(session, upload, now)
                : session.createNativeQuery("""
                                insert into registry.source_upload (upload, started_at, touched_at) values (?1, ?2, ?2)
                                on conflict (upload) do update set touched_at = excluded.touched_at""")
                        .setParameter(1, upload)
                        .setParameter(2, now)
                        .executeUpdate();
    }

    /** Somebody is at work on an upload; of one that is complete, or was never begun, nothing is noted. */
    public Uni<Void> touch(String upload, Instant now) {
        return sessions.withTransaction(session -> touch(session, upload, now)).replaceWithVoid();
    }

    private static Uni<Integer> touch(Mutiny.Session session, String upload, Instant now) {
        return session.createNativeQuery("update registry.source_upload set touched_at = ?2 where upload = ?1")
                .setParameter(1, upload)
                .setParameter(2, now)
                .executeUpdate();
    }

    /** Makes an upload the bundle of its digest, unless there is one already; then the upload is dropped. */
    public Uni<Void> complete(String upload, String digest, long bytes, Instant at) {
        return sessions.withTransaction(session -> session.createNativeQuery("""
                insert into registry.source (digest, upload, bytes, created_at) values (?1, ?2, ?3, ?4)
                on conflict do nothing""")
                .setParameter(1, digest)
                .setParameter(2, upload)
                .setParameter(3, bytes)
                .setParameter(4, at)
                .executeUpdate()
                .chain(stored -> stored > 0 ? end(session, upload) : drop(session, upload)));
    }

    public Uni<Void> drop(String upload) {
        return sessions.withTransaction(session -> drop(session, upload));
    }

    private static Uni<Void> drop(Mutiny.Session session, String upload) {
        return session.createNativeQuery("delete from registry.source_chunk where upload = ?1")
                .setParameter(1, upload)
                .executeUpdate()
                .chain(() -> end(session, upload));
    }

    private static Uni<Void> end(Mutiny.Session session, String upload) {
        return session.createNativeQuery("delete from registry.source_upload where upload = ?1")
                .setParameter(1, upload)
                .executeUpdate()
                .replaceWithVoid();
    }

    /** One chunk of an upload; empty where it has no such chunk. */
    public Uni<Optional<byte[]>> chunk(String upload, int index) {
        return sessions.withSession(session -> session.createNativeQuery(
                                "select data from registry.source_chunk where upload = ?1 and index = ?2", byte[].class)
                        .setParameter(1, upload)
                        .setParameter(2, index)
                        .getSingleResultOrNull())
                .map(Optional::ofNullable);
    }

    /**
     * Deletes the bundles that no version has and that are older than an instant, and the uploads that were never
     * completed and that nobody has been at work on since; gives how many. A version that is made of one meanwhile keeps
     * it.
     */
    public Uni<Integer> collect(Instant before) {
        return sessions.withTransaction(session -> session.createNativeQuery("""
                with unused as (
                  delete from registry.source where created_at < ?1 and not exists (
                    select from registry.version where version.source_digest = source.digest) returning upload
                ), given_up as (
                  delete from registry.source_upload where touched_at < ?1 returning upload
                ), gone as (select upload from unused union select upload from given_up),
                chunks as (delete from registry.source_chunk using gone where source_chunk.upload = gone.upload)
                select count(*) from gone""", Long.class)
                        .setParameter(1, before)
                        .getSingleResult())
                .map(Long::intValue);
    }
}
