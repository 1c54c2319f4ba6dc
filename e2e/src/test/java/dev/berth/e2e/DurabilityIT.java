package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.client.BerthException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** P5 for deploys: a version is told only once it is committed, and its event is committed with it. Tokens likewise. */
class DurabilityIT {
    private static LocalBerth berth;

    @BeforeAll
    static void start() throws IOException {
        berth = LocalBerth.shared();
    }

    @AfterEach
    void leaveNothing() throws IOException {
        berth.awaitAll();
        berth.stopAll();
    }

    @Test
    void versionIsToldOnlyAfterItsCommit() throws Exception {
        berth.roll(LocalBerth.manifest("kept", 1, "a", ""));
        try (Connection database = berth.database();
                Statement statement = database.createStatement()) {
            database.setAutoCommit(false);
            // Nobody can add to the outbox now, so no transaction with a new version can commit.
            statement.execute("lock table registry.outbox in share mode");
            CompletableFuture<JsonNode> deploy =
                    CompletableFuture.supplyAsync(() -> berth.deploy(LocalBerth.manifest("kept", 1, "b", "")));
            LocalBerth.await("the deploy at the lock", Duration.ofSeconds(10), () -> waitsForALock(statement));
            assertThat(deploy).isNotDone();
            assertThat(versions(statement, "kept")).isEqualTo(1);
            assertThat(berth.client().show("kept").version()).contains(1);
            database.rollback();
            assertThat(deploy.get().path("version").asInt()).isEqualTo(2);
            assertThat(versions(statement, "kept")).isEqualTo(2);
        }
        assertThat(berth.outcome("kept", 2).path("outcome").asText()).isEqualTo("live");
    }

    @Test
    void versionWhoseEventCantBeStoredIsNotStoredEither() throws Exception {
        berth.roll(LocalBerth.manifest("whole", 1, "a", ""));
        try (Connection database = berth.database();
                Statement statement = database.createStatement()) {
            statement.execute("alter table registry.outbox add constraint closed check (false) not valid");
            try {
                assertThatThrownBy(() -> berth.deploy(LocalBerth.manifest("whole", 1, "b", "")))
                        .isInstanceOfSatisfying(
                                BerthException.class,
                                refusal -> assertThat(refusal.status()).isGreaterThanOrEqualTo(500));
                assertThatThrownBy(() -> berth.deploy(LocalBerth.manifest("never", 1, "b", "")))
                        .isInstanceOf(BerthException.class);
            } finally {
                statement.execute("alter table registry.outbox drop constraint closed");
            }
            assertThat(versions(statement, "whole")).isEqualTo(1);
            assertThat(versions(statement, "never")).isZero();
        }
        assertThatThrownBy(() -> berth.client().show("never"))
                .isInstanceOfSatisfying(
                        BerthException.class,
                        refusal -> assertThat(refusal.status()).isEqualTo(404));
        // No number was lost with it.
        assertThat(berth.roll(LocalBerth.manifest("whole", 1, "c", ""))
                        .path("version")
                        .asInt())
                .isEqualTo(2);
    }

    /** Whoever is told that Berth is up has the first token, however slowly it was stored. */
    @Test
    void registryIsReadyOnlyOnceTheFirstTokenIsStored() throws Exception {
        try (Connection database = berth.database();
                Statement statement = database.createStatement()) {
            database.setAutoCommit(false);
            statement.execute("lock table registry.token in access exclusive mode");
            berth.kill("registry");
            LocalBerth.await("the first token at the lock", Duration.ofSeconds(30), () -> waitsForALock(statement));
            assertThatThrownBy(() -> LocalBerth.await(
                            "readiness", Duration.ofSeconds(3), () -> berth.supervisor.ready("registry")))
                    .hasMessageContaining("in vain");
            database.rollback();
        }
        berth.supervisor.awaitReady("registry");
        assertThat(berth.client().tokens()).isNotEmpty();
    }

    @Test
    void firstTokenStaysRevokedWhenItsRegistryStartsAnew() throws Exception {
        try (Connection database = berth.database();
                Statement statement = database.createStatement()) {
            statement.execute("update registry.token set revoked_at = now() where user_name = '"
                    + System.getProperty("user.name") + "'");
            try {
                berth.kill("registry");
                berth.supervisor.awaitReady("registry");
                assertThatThrownBy(() -> berth.client().tokens())
                        .isInstanceOfSatisfying(
                                BerthException.class,
                                refusal -> assertThat(refusal.status()).isEqualTo(401));
            } finally {
                statement.execute("update registry.token set revoked_at = null where user_name = '"
                        + System.getProperty("user.name") + "'");
            }
        }
    }

    private static boolean waitsForALock(Statement statement) {
        try (ResultSet waiting =
                statement.executeQuery("select count(*) from pg_locks where not granted and locktype = 'relation'")) {
            waiting.next();
            return waiting.getInt(1) > 0;
        } catch (SQLException fault) {
            throw new IllegalStateException(fault);
        }
    }

    private static int versions(Statement statement, String app) throws SQLException {
        try (ResultSet rows =
                statement.executeQuery("select count(*) from registry.version where app = '" + app + "'")) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
