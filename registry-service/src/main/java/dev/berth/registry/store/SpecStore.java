package dev.berth.registry.store;

import dev.berth.registry.app.AppSpec;
import dev.berth.registry.app.FunctionSpec;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;

/** Container specs by their digest. Those of a version are stored with it, and kept for as long as a version has them. */
@ApplicationScoped
public class SpecStore {
    private final Mutiny.SessionFactory sessions;

    SpecStore(Mutiny.SessionFactory sessions) {
        this.sessions = sessions;
    }

    /** The bytes that a digest is of. */
    public Uni<Optional<byte[]>> find(String digest) {
        return sessions.withSession(session -> session.createNativeQuery(
                                "select data from registry.container_spec where digest = ?1", byte[].class)
                        .setParameter(1, digest)
                        .getSingleResultOrNull())
                .map(Optional::ofNullable);
    }

    /**
     * Part of the transaction that stores the version.
     *
     * @param spec as it came; functions with a digest are those of an older version, whose container specs are there
     */
    static Uni<Void> keep(Mutiny.Session session, VersionRow version, AppSpec spec) {
        // Always in one order: two transactions that store the same specs would deadlock otherwise.
        List<EncodedSpec> encoded = spec.functions().stream()
                .filter(function -> function.digest().isEmpty())
                .map(function -> EncodedSpec.of(spec, function))
                .sorted(Comparator.comparing(EncodedSpec::digest))
                .toList();
        String[] digests = version.spec().functions().stream()
                .map(FunctionSpec::digest)
                .distinct()
                .toArray(String[]::new);
        return Multi.createFrom()
                .iterable(encoded)
                .onItem()
                .transformToUniAndConcatenate(one -> session.createNativeQuery(
                                "insert into registry.container_spec (digest, data) values (?1, ?2) "
                                        + "on conflict (digest) do nothing")
                        .setParameter(1, one.digest())
                        .setParameter(2, one.data().toByteArray())
                        .executeUpdate())
                .collect()
                .last()
                .chain(() -> session.createNativeQuery(
                                "insert into registry.version_spec " + "select ?1, ?2, ?3, unnest(cast(?4 as text[]))")
                        .setParameter(1, version.environment)
                        .setParameter(2, version.app)
                        .setParameter(3, version.version)
                        .setParameter(4, digests)
                        .executeUpdate())
                .replaceWithVoid();
    }

    /** Part of the transaction that deletes versions: what only they had goes with them. */
    static Uni<Integer> collect(Mutiny.Session session) {
        // A version that is stored at this moment may need a spec that goes: with the lock, one waits for the other.
        return session.createNativeQuery("lock table registry.container_spec in share row exclusive mode")
                .executeUpdate()
                .chain(() -> session.createNativeQuery("""
                        delete from registry.container_spec where not exists (
                          select from registry.version_spec where version_spec.digest = container_spec.digest)""").executeUpdate());
    }
}
