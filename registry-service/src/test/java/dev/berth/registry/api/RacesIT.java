package dev.berth.registry.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.protocol.v1.AppRef;
import dev.berth.protocol.v1.DeployReply;
import dev.berth.protocol.v1.DeployRequest;
import dev.berth.protocol.v1.EnvironmentRef;
import dev.berth.protocol.v1.RollbackRequest;
import dev.berth.protocol.v1.RolloverRequest;
import dev.berth.protocol.v1.Version;
import dev.berth.protocol.v1.VersionKind;
import dev.berth.registry.Database;
import dev.berth.registry.Waiting;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.grpc.GrpcService;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two changes at one instant: one of them comes first, and the other knows of it. */
@QuarkusTest
@QuarkusTestResource(Database.class)
class RacesIT {
    @Inject
    @GrpcService
    RegistryApi api;

    @AfterEach
    void forgetEvents() throws SQLException {
        Database.forgetEvents();
    }

    private static <T> T await(Supplier<Uni<T>> asked) {
        try {
            return VertxContextSupport.subscribeAndAwait(asked);
        } catch (RuntimeException | Error fault) {
            throw fault;
        } catch (Throwable fault) {
            throw new IllegalStateException(fault);
        }
    }

    private static <T> CompletableFuture<T> meanwhile(Supplier<Uni<T>> asked) {
        return CompletableFuture.supplyAsync(() -> await(asked));
    }

    private Uni<DeployReply> deploy(String environment, String app, int n) {
        return api.deploy(DeployRequest.newBuilder()
                .setEnvironment(environment)
                .setManifest("app: " + app + "\nenv: {N: " + n + "}\nfunctions: {web: {web: {}, command: [run]}}")
                .setTag("n" + n)
                .setUser("ada")
                .build());
    }

    private Uni<DeployReply> rollover(String app) {
        return api.rollover(RolloverRequest.newBuilder()
                .setEnvironment("main")
                .setApp(app)
                .setUser("bob")
                .build());
    }

    private static Status.Code code(CompletableFuture<?> refused) throws Exception {
        try {
            refused.get(10, TimeUnit.SECONDS);
            return Status.Code.OK;
        } catch (ExecutionException fault) {
            return ((StatusRuntimeException) fault.getCause()).getStatus().getCode();
        }
    }

    /** The deploy is played by hand: it has the app's row, and commits when the rollover has come to it. */
    @Test
    void rolloverCopiesTheVersionThatADeployCommitsMeanwhile() throws Exception {
        await(() -> deploy("main", "rolled", 1));
        try (Connection connection = Database.connection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("update registry.app set newest_version = 2, revision = 2 where name = 'rolled'");
            statement.execute("insert into registry.version (environment, app, version, life, kind, rollback_of, "
                    + "deployed_by, deployed_at, tag, commit_id, spec, spec_digest) select environment, app, 2, life, "
                    + "kind, 0, deployed_by, deployed_at, 'n2', commit_id, spec, spec_digest from registry.version "
                    + "where app = 'rolled'");
            CompletableFuture<DeployReply> rollover = meanwhile(() -> rollover("rolled"));
            Waiting.untilSomebodyWaitsForALock();
            connection.commit();
            Version version = rollover.get(10, TimeUnit.SECONDS).getVersion();
            assertThat(version.getVersion()).isEqualTo(3);
            assertThat(version.getTag()).as("what it copies").isEqualTo("n2");
        }
    }

    @Test
    void rolloverIsAlwaysOfTheVersionBeforeIt() throws Exception {
        await(() -> deploy("main", "often", 0));
        for (int i = 1; i <= 40; i++) {
            int n = i;
            List<CompletableFuture<DeployReply>> both = new ArrayList<>(
                    List.of(meanwhile(() -> deploy("main", "often", n)), meanwhile(() -> rollover("often"))));
            for (CompletableFuture<DeployReply> one : both) {
                assertThat(one.get(10, TimeUnit.SECONDS).getCreated()).isTrue();
            }
        }
        Map<Integer, Version> versions = await(() -> api.listVersions(AppRef.newBuilder()
                        .setEnvironment("main")
                        .setApp("often")
                        .build()))
                .getVersionsList()
                .stream()
                .collect(Collectors.toMap(Version::getVersion, Function.identity()));
        assertThat(versions).hasSize(81);
        versions.values().stream()
                .filter(version -> version.getKind() == VersionKind.ROLLOVER)
                .forEach(version -> assertThat(version.getSpec())
                        .as("v" + version.getVersion())
                        .isEqualTo(versions.get(version.getVersion() - 1).getSpec()));
    }

    @Test
    void rollbackThatWasChosenBeforeADeployIsChosenAnew() throws Exception {
        await(() -> deploy("main", "back", 1));
        await(() -> deploy("main", "back", 2));
        RollbackRequest request = RollbackRequest.newBuilder()
                .setEnvironment("main")
                .setApp("back")
                .setVersion(1)
                .setChosenAt(2)
                .build();
        await(() -> deploy("main", "back", 3));
        assertThat(code(meanwhile(() -> api.rollback(request)))).isEqualTo(Status.Code.ABORTED);
        assertThat(await(() -> api.rollback(request.toBuilder().setChosenAt(3).build()))
                        .getVersion()
                        .getRollbackOf())
                .isEqualTo(1);
        assertThat(await(() -> api.rollback(request.toBuilder().setChosenAt(0).build()))
                        .getVersion()
                        .getVersion())
                .isEqualTo(5);
    }

    @Test
    void firstDeployIntoAnEnvironmentThatIsBeingDeletedFindsNone() throws Exception {
        await(() -> api.createEnvironment(
                EnvironmentRef.newBuilder().setEnvironment("goes").build()));
        try (Connection connection = Database.connection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("delete from registry.environment where name = 'goes'");
            CompletableFuture<DeployReply> deploy = meanwhile(() -> deploy("goes", "first", 1));
            Waiting.untilSomebodyWaitsForALock();
            connection.commit();
            assertThat(code(deploy)).isEqualTo(Status.Code.NOT_FOUND);
        }
    }

    @Test
    void environmentInWhichAFirstDeployCommitsMeanwhileStays() throws Exception {
        await(() -> api.createEnvironment(
                EnvironmentRef.newBuilder().setEnvironment("stays").build()));
        try (Connection connection = Database.connection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("select from registry.environment where name = 'stays' for share");
            statement.execute("insert into registry.app (environment, name, created_at) values ('stays', 'a', now())");
            CompletableFuture<?> delete = meanwhile(() -> api.deleteEnvironment(
                    EnvironmentRef.newBuilder().setEnvironment("stays").build()));
            Waiting.untilSomebodyWaitsForALock();
            connection.commit();
            assertThat(code(delete)).isEqualTo(Status.Code.FAILED_PRECONDITION);
        }
        assertThat(await(() -> deploy("stays", "b", 1)).getCreated()).isTrue();
    }

    @Test
    void firstDeploysAndDeletionsOfTheirEnvironmentAtOnceEndInOneOfTheTwo() throws Exception {
        for (int i = 0; i < 30; i++) {
            String name = "brief-" + i;
            await(() -> api.createEnvironment(
                    EnvironmentRef.newBuilder().setEnvironment(name).build()));
            CompletableFuture<DeployReply> deploy = meanwhile(() -> deploy(name, "app", 1));
            CompletableFuture<?> delete = meanwhile(() -> api.deleteEnvironment(
                    EnvironmentRef.newBuilder().setEnvironment(name).build()));
            assertThat(List.of(code(deploy), code(delete)))
                    .isIn(
                            List.of(Status.Code.OK, Status.Code.FAILED_PRECONDITION),
                            List.of(Status.Code.NOT_FOUND, Status.Code.OK));
        }
    }

    @Test
    void environmentThatIsMadeTwiceAtOnceIsMadeOnce() throws Exception {
        for (int i = 0; i < 10; i++) {
            EnvironmentRef name =
                    EnvironmentRef.newBuilder().setEnvironment("twice-" + i).build();
            CompletableFuture<?> one = meanwhile(() -> api.createEnvironment(name));
            CompletableFuture<?> other = meanwhile(() -> api.createEnvironment(name));
            assertThat(List.of(code(one), code(other)))
                    .containsExactlyInAnyOrder(Status.Code.OK, Status.Code.ALREADY_EXISTS);
        }
    }

    /** The collection of a source bundle that nobody has, and the first deploy that has it. */
    @Test
    void deployOfASourceThatIsBeingCollectedSaysThatItIsNotThere() throws Exception {
        try (Connection connection = Database.connection();
                Statement statement = connection.createStatement()) {
            statement.execute("insert into registry.source values ('gone', 'upload', 1, now())");
            connection.setAutoCommit(false);
            statement.execute("delete from registry.source where digest = 'gone'");
            CompletableFuture<DeployReply> deploy = meanwhile(() -> api.deploy(DeployRequest.newBuilder()
                    .setEnvironment("main")
                    .setManifest("app: sourced\nsource: .\nfunctions: {web: {web: {}, " + "command: [run]}}")
                    .setSourceDigest("gone")
                    .build()));
            Waiting.untilSomebodyWaitsForALock();
            connection.commit();
            assertThat(code(deploy)).isEqualTo(Status.Code.FAILED_PRECONDITION);
        }
    }
}
