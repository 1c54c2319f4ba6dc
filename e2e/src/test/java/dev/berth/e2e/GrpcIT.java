package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.protocol.v1.AppRef;
import dev.berth.protocol.v1.BerthGrpc;
import dev.berth.protocol.v1.BerthGrpc.BerthBlockingStub;
import dev.berth.protocol.v1.ContainersRequest;
import dev.berth.protocol.v1.DeployReply;
import dev.berth.protocol.v1.DeployRequest;
import dev.berth.protocol.v1.Empty;
import dev.berth.protocol.v1.EnvironmentRef;
import dev.berth.protocol.v1.Outcome;
import dev.berth.protocol.v1.Problem;
import dev.berth.protocol.v1.RollbackRequest;
import dev.berth.protocol.v1.Rollout;
import dev.berth.protocol.v1.RolloverRequest;
import dev.berth.protocol.v1.StopRequest;
import dev.berth.protocol.v1.Version;
import dev.berth.protocol.v1.VersionKind;
import dev.berth.protocol.v1.VersionRef;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The outside over gRPC, on the port that also carries REST and app traffic. */
class GrpcIT {
    private LocalBerth berth;
    private ManagedChannel channel;

    @BeforeEach
    void connect() throws IOException {
        berth = LocalBerth.shared();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", berth.port).usePlaintext().build();
    }

    @AfterEach
    void leaveNothing() throws InterruptedException {
        channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        berth.stopAll();
    }

    private BerthBlockingStub with(String authorization) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), authorization);
        return BerthGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    private BerthBlockingStub user() {
        return with("Bearer " + berth.token());
    }

    private static DeployRequest request(String app, String mode) {
        return DeployRequest.newBuilder().setEnvironment("main").setManifest(LocalBerth.manifest(app, 1, mode, ""))
                .setUser("somebody else").build();
    }

    private Rollout live(String app, int version) {
        VersionRef ref = VersionRef.newBuilder().setEnvironment("main").setApp(app).setVersion(version).build();
        Rollout[] last = new Rollout[1];
        LocalBerth.await(app + " v" + version, Duration.ofSeconds(60), () -> {
            last[0] = user().getRollout(ref);
            return last[0].getOutcome() != Outcome.ROLLOUT_ROLLING;
        });
        assertThat(last[0].getOutcome()).as(last[0].getReason()).isEqualTo(Outcome.ROLLOUT_LIVE);
        return last[0];
    }

    @Test
    void deploysRollsBackRollsOverAndStops() {
        DeployReply first = user().deploy(request("called", "a"));
        assertThat(first.getCreated()).isTrue();
        assertThat(first.getVersion().getVersion()).isEqualTo(1);
        assertThat(first.getVersion().getDeployedBy()).isEqualTo(System.getProperty("user.name"));
        live("called", 1);
        assertThat(user().deploy(request("called", "a")).getCreated()).isFalse();
        assertThat(user().plan(request("called", "b")).getIdentical()).isFalse();
        user().deploy(request("called", "b"));
        assertThat(live("called", 2).getReceipt().getDropped()).isZero();
        Version back = user().rollback(RollbackRequest.newBuilder().setEnvironment("main").setApp("called").build())
                .getVersion();
        assertThat(back.getKind()).isEqualTo(VersionKind.ROLLBACK);
        assertThat(back.getRollbackOf()).isEqualTo(1);
        live("called", 3);
        Version over = user().rollover(RolloverRequest.newBuilder().setEnvironment("main").setApp("called").build())
                .getVersion();
        assertThat(over.getKind()).isEqualTo(VersionKind.ROLLOVER);
        live("called", 4);
        AppRef app = AppRef.newBuilder().setEnvironment("main").setApp("called").build();
        assertThat(user().listVersions(app).getVersionsList().stream().map(Version::getVersion)).containsExactly(4, 3,
                2, 1);
        assertThat(user().getVersion(VersionRef.newBuilder().setEnvironment("main").setApp("called").setVersion(2)
                .build()).getSpec().getEnvMap()).containsEntry("MODE", "b");
        assertThat(user().listContainers(ContainersRequest.newBuilder().setEnvironment("main").setApp("called").build())
                .getContainersList()).isNotEmpty().allSatisfy(
                        container -> assertThat(container.getApp()).isEqualTo("called"));
        assertThat(user().listNodes(Empty.getDefaultInstance()).getNodesList()).hasSize(2);
        assertThat(user().listApps(EnvironmentRef.newBuilder().setEnvironment("main").build()).getAppsList())
                .anySatisfy(found -> assertThat(found.getName()).isEqualTo("called"));
        assertThat(user().stopApp(StopRequest.newBuilder().setEnvironment("main").setApp("called").build())
                .getStopped()).isTrue();
        assertThat(user().getApp(app).getStopped()).isTrue();
    }

    @Test
    void everyProblemOfAManifestIsInTheReplyAndNothingIsStored() {
        DeployReply reply = user().deploy(DeployRequest.newBuilder().setEnvironment("main").setManifest(
                "app: wrong\nstratgy: rolling\nfunctions: {web: {web: {}, command: [x], cpu: -3}}").build());
        assertThat(reply.getCreated()).isFalse();
        assertThat(reply.getProblemsList().stream().map(Problem::getPath)).contains("stratgy", "functions.web.cpu");
        assertThatThrownBy(
                () -> user().getApp(AppRef.newBuilder().setEnvironment("main").setApp("wrong").build()))
                .satisfies(fault -> assertThat(code(fault)).isEqualTo(Status.Code.NOT_FOUND));
    }

    @Test
    void callsWithoutAGoodTokenAreRefused() {
        for (BerthBlockingStub stranger : new BerthBlockingStub[]{BerthGrpc.newBlockingStub(channel),
                with("Bearer nonsense"), with("Basic eDp5")}) {
            assertThatThrownBy(() -> stranger.listNodes(Empty.getDefaultInstance()))
                    .satisfies(fault -> assertThat(code(fault)).isEqualTo(Status.Code.UNAUTHENTICATED));
            assertThatThrownBy(() -> stranger.deploy(request("strange", "")))
                    .satisfies(fault -> assertThat(code(fault)).isEqualTo(Status.Code.UNAUTHENTICATED));
        }
    }

    private static Status.Code code(Throwable fault) {
        return ((StatusRuntimeException) fault).getStatus().getCode();
    }
}
