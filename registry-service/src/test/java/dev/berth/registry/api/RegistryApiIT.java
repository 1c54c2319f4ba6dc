package dev.berth.registry.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.protocol.v1.ContainerSpec;
import dev.berth.protocol.v1.DeployReply;
import dev.berth.protocol.v1.DeployRequest;
import dev.berth.protocol.v1.EnvironmentRef;
import dev.berth.protocol.v1.FunctionSpec;
import dev.berth.protocol.v1.Problem;
import dev.berth.protocol.v1.SpecRef;
import dev.berth.registry.Database;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quarkus.grpc.GrpcService;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Database.class)
class RegistryApiIT {
    @Inject
    @GrpcService
    RegistryApi api;

    private static <T> T await(Supplier<Uni<T>> asked) throws Throwable {
        return VertxContextSupport.subscribeAndAwait(asked);
    }

    private DeployReply deploy(String manifest) throws Throwable {
        return await(() -> api.deploy(DeployRequest.newBuilder()
                .setEnvironment("main")
                .setManifest(manifest)
                .setUser("ada")
                .build()));
    }

    private static void assertRefused(Status.Code code, Supplier<Uni<?>> asked, String... words) {
        assertThatThrownBy(() -> VertxContextSupport.subscribeAndAwait(asked::get))
                .hasMessageContainingAll(words)
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        refusal -> assertThat(refusal.getStatus().getCode()).isEqualTo(code));
    }

    @Test
    void environmentsWhoseLabelsWouldBeThoseOfVersionsAreRefused() throws Throwable {
        for (String name : new String[] {"v1", "v20", "xn"}) {
            assertRefused(
                    Status.Code.INVALID_ARGUMENT,
                    () -> api.createEnvironment(
                            EnvironmentRef.newBuilder().setEnvironment(name).build()),
                    "\"" + name + "\" is no valid name of an environment",
                    "v1--app");
        }
        assertThat(await(() -> api.createEnvironment(EnvironmentRef.newBuilder()
                                .setEnvironment("v1-2")
                                .build()))
                        .getName())
                .isEqualTo("v1-2");
    }

    @Test
    void containerSpecIsGivenByItsDigest() throws Throwable {
        DeployReply reply = deploy("app: given\nenv: {A: x}\nfunctions: {web: {web: {label: given}, command: [run]}}");
        FunctionSpec function = reply.getVersion().getSpec().getFunctions(0);
        ContainerSpec spec = ContainerSpec.parseFrom(await(() -> api.getContainerSpec(
                        SpecRef.newBuilder().setDigest(function.getDigest()).build()))
                .getData());
        assertThat(spec.getCommandList()).containsExactly("run");
        assertThat(spec.getEnvMap()).containsEntry("A", "x");
        assertThat(spec.getWeb().getLabel()).isEmpty();
        assertRefused(
                Status.Code.NOT_FOUND,
                () -> api.getContainerSpec(
                        SpecRef.newBuilder().setDigest("nonsense").build()),
                "there is no container spec nonsense");
    }

    @Test
    void digestsOfFunctionsDoNotMakeAVersionDifferent() throws Throwable {
        String manifest = "app: unchanged\nfunctions: {web: {web: {}, command: [run]}}";
        assertThat(deploy(manifest).getCreated()).isTrue();
        assertThat(deploy(manifest).getCreated()).isFalse();
        assertThat(await(() -> api.plan(DeployRequest.newBuilder()
                                .setEnvironment("main")
                                .setManifest(manifest)
                                .build()))
                        .getIdentical())
                .isTrue();
    }

    @Test
    void tooLargeSpecIsRefusedByDeployAndPlanAndNothingIsStored() throws Throwable {
        DeployRequest large = DeployRequest.newBuilder()
                .setEnvironment("main")
                .setManifest("app: large\nenv: {A: \"" + "x".repeat(600_000)
                        + "\"}\nfunctions: {web: {web: {}, command: [run]}}")
                .build();
        assertThat(await(() -> api.deploy(large)).getProblemsList())
                .extracting(Problem::getPath)
                .containsExactly("env");
        assertThat(await(() -> api.plan(large)).getProblemsList())
                .extracting(Problem::getPath)
                .containsExactly("env");
        assertThat(await(() -> api.listAllApps(dev.berth.protocol.v1.Empty.getDefaultInstance()))
                        .getAppsList())
                .noneMatch(app -> app.getName().equals("large"));
    }

    @Test
    void labelOfAnotherAppIsRefusedNamingIt() throws Throwable {
        deploy("app: first\nfunctions: {web: {web: {label: wanted}, command: [run]}}");
        assertRefused(
                Status.Code.ALREADY_EXISTS,
                () -> api.deploy(DeployRequest.newBuilder()
                        .setEnvironment("main")
                        .setManifest("app: second\nfunctions: {web: {web: {label: wanted}, command: [run]}}")
                        .build()),
                "label wanted belongs to app first in environment main");
    }
}
