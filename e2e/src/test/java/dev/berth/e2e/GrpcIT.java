package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.berth.protocol.v1.AppRef;
import dev.berth.protocol.v1.AppStatus;
import dev.berth.protocol.v1.BerthGrpc;
import dev.berth.protocol.v1.BerthGrpc.BerthBlockingStub;
import dev.berth.protocol.v1.ContainersRequest;
import dev.berth.protocol.v1.CreateTokenRequest;
import dev.berth.protocol.v1.DeployReply;
import dev.berth.protocol.v1.DeployRequest;
import dev.berth.protocol.v1.Empty;
import dev.berth.protocol.v1.Environment;
import dev.berth.protocol.v1.EnvironmentRef;
import dev.berth.protocol.v1.LogLines;
import dev.berth.protocol.v1.LogsRequest;
import dev.berth.protocol.v1.Outcome;
import dev.berth.protocol.v1.Problem;
import dev.berth.protocol.v1.RollbackRequest;
import dev.berth.protocol.v1.Rollout;
import dev.berth.protocol.v1.RolloverRequest;
import dev.berth.protocol.v1.SourceChunk;
import dev.berth.protocol.v1.SourceRef;
import dev.berth.protocol.v1.SourceUpload;
import dev.berth.protocol.v1.StopRequest;
import dev.berth.protocol.v1.Token;
import dev.berth.protocol.v1.TokenRef;
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
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert;
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
        channel = NettyChannelBuilder.forAddress("127.0.0.1", berth.port)
                .usePlaintext()
                .build();
    }

    @AfterEach
    void leaveNothing() throws InterruptedException {
        channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        berth.stopAll();
    }

    private BerthBlockingStub with(String authorization) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), authorization);
        return BerthGrpc.newBlockingStub(channel)
                .withDeadlineAfter(60, TimeUnit.SECONDS)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    private BerthBlockingStub user() {
        return with("Bearer " + berth.token());
    }

    private static DeployRequest request(String app, String mode) {
        return DeployRequest.newBuilder()
                .setEnvironment("main")
                .setManifest(LocalBerth.manifest(app, 1, mode, ""))
                .setUser("somebody else")
                .build();
    }

    private Rollout live(String app, int version) {
        VersionRef ref = VersionRef.newBuilder()
                .setEnvironment("main")
                .setApp(app)
                .setVersion(version)
                .build();
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
        Version back = user().rollback(RollbackRequest.newBuilder()
                        .setEnvironment("main")
                        .setApp("called")
                        .build())
                .getVersion();
        assertThat(back.getKind()).isEqualTo(VersionKind.ROLLBACK);
        assertThat(back.getRollbackOf()).isEqualTo(1);
        live("called", 3);
        Version over = user().rollover(RolloverRequest.newBuilder()
                        .setEnvironment("main")
                        .setApp("called")
                        .build())
                .getVersion();
        assertThat(over.getKind()).isEqualTo(VersionKind.ROLLOVER);
        live("called", 4);
        AppRef app = AppRef.newBuilder().setEnvironment("main").setApp("called").build();
        assertThat(user().listVersions(app).getVersionsList().stream().map(Version::getVersion))
                .containsExactly(4, 3, 2, 1);
        assertThat(user().getVersion(VersionRef.newBuilder()
                                .setEnvironment("main")
                                .setApp("called")
                                .setVersion(2)
                                .build())
                        .getSpec()
                        .getEnvMap())
                .containsEntry("MODE", "b");
        assertThat(user().listContainers(ContainersRequest.newBuilder()
                                .setEnvironment("main")
                                .setApp("called")
                                .build())
                        .getContainersList())
                .isNotEmpty()
                .allSatisfy(container -> assertThat(container.getApp()).isEqualTo("called"));
        assertThat(user().listNodes(Empty.getDefaultInstance()).getNodesList()).hasSize(2);
        assertThat(user().listApps(EnvironmentRef.newBuilder()
                                .setEnvironment("main")
                                .build())
                        .getAppsList())
                .anySatisfy(found -> assertThat(found.getName()).isEqualTo("called"));
        assertThat(user().stopApp(StopRequest.newBuilder()
                                .setEnvironment("main")
                                .setApp("called")
                                .build())
                        .getStopped())
                .isTrue();
        assertThat(user().getApp(app).getStopped()).isTrue();
    }

    @Test
    void everyProblemOfAManifestIsInTheReplyAndNothingIsStored() {
        DeployReply reply = user().deploy(DeployRequest.newBuilder()
                .setEnvironment("main")
                .setManifest("app: wrong\nstratgy: rolling\nfunctions: {web: {web: {}, command: [x], cpu: -3}}")
                .build());
        assertThat(reply.getCreated()).isFalse();
        assertThat(reply.getProblemsList().stream().map(Problem::getPath)).contains("stratgy", "functions.web.cpu");
        assertThatThrownBy(() -> user().getApp(AppRef.newBuilder()
                        .setEnvironment("main")
                        .setApp("wrong")
                        .build()))
                .satisfies(fault -> assertThat(code(fault)).isEqualTo(Status.Code.NOT_FOUND));
    }

    @Test
    void callsWithoutAGoodTokenAreRefused() {
        for (BerthBlockingStub stranger :
                new BerthBlockingStub[] {BerthGrpc.newBlockingStub(channel), with("Bearer nonsense"), with("Basic eDp5")
                }) {
            assertThatThrownBy(() -> stranger.listNodes(Empty.getDefaultInstance()))
                    .satisfies(fault -> assertThat(code(fault)).isEqualTo(Status.Code.UNAUTHENTICATED));
            assertThatThrownBy(() -> stranger.deploy(request("strange", "")))
                    .satisfies(fault -> assertThat(code(fault)).isEqualTo(Status.Code.UNAUTHENTICATED));
        }
    }

    @Test
    void textThatIsNoManifestAtAllIsAnInvalidArgumentThatSaysWhereItBreaks() {
        DeployRequest broken = DeployRequest.newBuilder()
                .setEnvironment("main")
                .setManifest("app: x\nfunctions:\n  web: port: 3\n")
                .build();
        assertThatThrownBy(() -> user().deploy(broken))
                .hasMessageContaining("line 3, column 12")
                .satisfies(fault -> assertThat(code(fault)).isEqualTo(Status.Code.INVALID_ARGUMENT));
        assertThatThrownBy(() -> user().plan(broken))
                .hasMessageContaining("line 3, column 12")
                .satisfies(fault -> assertThat(code(fault)).isEqualTo(Status.Code.INVALID_ARGUMENT));
    }

    @Test
    void statusRolloutsAndOutputAreThoseOfRest() {
        int version = user().deploy(request("seen", "")).getVersion().getVersion();
        AppRef app = AppRef.newBuilder().setEnvironment("main").setApp("seen").build();
        assertThat(user().getStatus(app).getRollingVersion()).isEqualTo(version);
        live("seen", version);
        AppStatus status = user().getStatus(app);
        assertThat(status.getLiveVersion()).isEqualTo(version);
        assertThat(user().listStatuses(EnvironmentRef.newBuilder()
                                .setEnvironment("main")
                                .build())
                        .getAppsList())
                .contains(status);
        assertThat(user().listRollouts(app).getRolloutsList())
                .extracting(Rollout::getOutcome)
                .containsExactly(Outcome.ROLLOUT_LIVE);
        LogsRequest output =
                LogsRequest.newBuilder().setEnvironment("main").setApp("seen").build();
        LocalBerth.await("its output", Duration.ofSeconds(10), () -> {
            List<String> lines = new ArrayList<>();
            user().logs(output)
                    .forEachRemaining(page -> page.getLinesList().forEach(line -> lines.add(line.getText())));
            return lines.contains("starting in mode ");
        });
        Iterator<LogLines> following =
                user().logs(output.toBuilder().setFollow(true).build());
        assertThat(following.next().getApp()).isEqualTo("seen");
        String container = user().listContainers(ContainersRequest.newBuilder()
                        .setEnvironment("main")
                        .setApp("seen")
                        .build())
                .getContainers(0)
                .getId();
        assertThat(user().logs(output.toBuilder().setContainer(container).build())
                        .next()
                        .getContainer())
                .isEqualTo(container);
        assertRefused(
                Status.Code.NOT_FOUND,
                () -> user().logs(output.toBuilder().setApp("nobody").build()).next());
        assertRefused(
                Status.Code.NOT_FOUND,
                () -> user().getStatus(app.toBuilder().setApp("nobody").build()));
        assertRefused(
                Status.Code.NOT_FOUND,
                () -> user().listRollouts(app.toBuilder().setApp("nobody").build()));
        assertRefused(
                Status.Code.NOT_FOUND,
                () -> user().listContainers(ContainersRequest.newBuilder()
                        .setEnvironment("main")
                        .setApp("nobody")
                        .build()));
        assertRefused(
                Status.Code.UNAUTHENTICATED,
                () -> with("Bearer nonsense").logs(output).next());
    }

    @Test
    void environmentsAreMadeListedAndDeleted() {
        EnvironmentRef ref =
                EnvironmentRef.newBuilder().setEnvironment("by-grpc").build();
        assertThat(user().createEnvironment(ref).getName()).isEqualTo("by-grpc");
        assertRefused(Status.Code.ALREADY_EXISTS, () -> user().createEnvironment(ref));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                () -> user().createEnvironment(
                                EnvironmentRef.newBuilder().setEnvironment("v1").build()));
        assertThat(user().listEnvironments(Empty.getDefaultInstance()).getEnvironmentsList())
                .extracting(Environment::getName)
                .contains("main", "by-grpc");
        assertThat(user().deleteEnvironment(ref)).isEqualTo(Empty.getDefaultInstance());
        assertRefused(Status.Code.NOT_FOUND, () -> user().deleteEnvironment(ref));
    }

    @Test
    void tokensAreMadeListedAndRevoked() {
        Token made = user().createToken(
                        CreateTokenRequest.newBuilder().setUser("grace").build());
        assertThat(made.getSecret()).isNotEmpty();
        BerthBlockingStub grace = with("Bearer " + made.getSecret());
        assertThat(grace.deploy(request("graces", "")).getVersion().getDeployedBy())
                .isEqualTo("grace");
        assertThat(grace.listTokens(Empty.getDefaultInstance()).getTokensList()).anySatisfy(token -> {
            assertThat(token.getId()).isEqualTo(made.getId());
            assertThat(token.getSecret()).isEmpty();
        });
        assertThat(user().revokeToken(TokenRef.newBuilder().setId(made.getId()).build())
                        .getRevoked())
                .isTrue();
        assertRefused(Status.Code.UNAUTHENTICATED, () -> grace.listTokens(Empty.getDefaultInstance()));
        assertRefused(Status.Code.INVALID_ARGUMENT, () -> user().createToken(CreateTokenRequest.getDefaultInstance()));
    }

    @Test
    void sourceIsSentInChunks() throws Exception {
        byte[] tar = new byte[1_500_000];
        tar[0] = (byte) System.nanoTime();
        String digest =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(tar));
        SourceRef ref = SourceRef.newBuilder().setDigest(digest).build();
        assertThat(user().findSource(ref).getPresent()).isFalse();
        SourceUpload upload = SourceUpload.newBuilder()
                .setUpload("by-grpc-" + digest)
                .setDigest(digest)
                .setChunks(2)
                .build();
        user().putSourceChunk(SourceChunk.newBuilder()
                .setUpload(upload.getUpload())
                .setIndex(0)
                .setData(ByteString.copyFrom(tar, 0, 1 << 20))
                .build());
        assertRefused(Status.Code.INVALID_ARGUMENT, () -> user().completeSource(upload));
        user().putSourceChunk(SourceChunk.newBuilder()
                .setUpload(upload.getUpload())
                .setIndex(1)
                .setData(ByteString.copyFrom(tar, 1 << 20, tar.length - (1 << 20)))
                .build());
        assertThat(user().completeSource(upload).getBytes()).isEqualTo(tar.length);
        assertThat(user().findSource(ref).getPresent()).isTrue();
        assertThat(user().dropSource(upload.toBuilder().setUpload("nobodys").build()))
                .isEqualTo(Empty.getDefaultInstance());
        assertRefused(
                Status.Code.RESOURCE_EXHAUSTED,
                () -> user().completeSource(
                                upload.toBuilder().setChunks(Integer.MAX_VALUE).build()));
        assertRefused(Status.Code.UNAUTHENTICATED, () -> with("Bearer nonsense").findSource(ref));
    }

    private static void assertRefused(Status.Code code, ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).satisfies(fault -> assertThat(code(fault)).isEqualTo(code));
    }

    private static Status.Code code(Throwable fault) {
        return ((StatusRuntimeException) fault).getStatus().getCode();
    }
}
