package dev.berth.registry.store;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.berth.protocol.v1.AppSpec;
import dev.berth.protocol.v1.CallSpec;
import dev.berth.protocol.v1.FunctionSpec;
import dev.berth.protocol.v1.ImageSpec;
import dev.berth.protocol.v1.JobSpec;
import dev.berth.protocol.v1.Network;
import dev.berth.protocol.v1.Ulimit;
import dev.berth.protocol.v1.Volume;
import dev.berth.protocol.v1.WebProtocol;
import dev.berth.protocol.v1.WebSpec;
import dev.berth.registry.app.Image;
import dev.berth.registry.app.Kind;
import dev.berth.registry.app.Strategy;
import java.time.Duration;
import java.util.Optional;

/** A spec as a version's row has it, and as others are told of it. */
public record StoredSpec(AppSpec message) {

    static StoredSpec parse(byte[] bytes) throws InvalidProtocolBufferException {
        return new StoredSpec(AppSpec.parseFrom(bytes));
    }

    public static StoredSpec of(dev.berth.registry.app.AppSpec spec) {
        AppSpec.Builder message = AppSpec.newBuilder()
                .setApp(spec.app())
                .setSourceDigest(spec.sourceDigest())
                .setSourcePath(spec.sourcePath())
                .putAllEnv(spec.env())
                .setStrategy(
                        switch (spec.strategy()) {
                            case ROLLING -> dev.berth.protocol.v1.Strategy.ROLLING;
                            case RECREATE -> dev.berth.protocol.v1.Strategy.RECREATE;
                        });
        spec.functions().forEach(function -> message.addFunctions(message(function)));
        return new StoredSpec(message.build());
    }

    private static FunctionSpec message(dev.berth.registry.app.FunctionSpec function) {
        FunctionSpec.Builder message = FunctionSpec.newBuilder()
                .setName(function.name())
                .addAllCommand(function.command())
                .setCpuMillis(function.cpuMillis())
                .setCpuLimited(function.cpuLimited())
                .setMemoryBytes(function.memoryBytes())
                .setMemoryLimited(function.memoryLimited())
                .setMinContainers(function.minContainers())
                .setTimeoutMillis(function.timeout().toMillis())
                .setStartupTimeoutMillis(function.startupTimeout().toMillis())
                .setStopGraceMillis(function.stopGrace().toMillis())
                .setUser(function.user())
                .setReadOnly(function.readOnly())
                .setPids(function.pids())
                .setDigest(function.digest());
        function.image().map(StoredSpec::message).ifPresent(message::setImage);
        switch (function.kind()) {
            case Kind.Web web ->
                message.setWeb(WebSpec.newBuilder()
                        .setPort(web.port())
                        .setReadiness(web.readiness())
                        .setLabel(web.label())
                        .setProtocol(message(web.protocol())));
            case Kind.Call call ->
                message.setCall(CallSpec.newBuilder().setPort(call.port()).setReadiness(call.readiness()));
            case Kind.Job job -> message.setJob(JobSpec.getDefaultInstance());
        }
        return message.build();
    }

    static WebProtocol message(Kind.Protocol protocol) {
        return switch (protocol) {
            case HTTP1 -> WebProtocol.HTTP1;
            case H2C -> WebProtocol.H2C;
        };
    }

    /** As it is in a {@link FunctionSpec} and in what an agent is given. */
    static ImageSpec message(Image image) {
        ImageSpec.Builder message = ImageSpec.newBuilder()
                .setName(image.name())
                .addAllEntrypoint(image.entrypoint())
                .setWorkingDir(image.workingDir())
                .setNetwork(
                        switch (image.network()) {
                            case BRIDGE -> Network.BRIDGE;
                            case HOST -> Network.HOST;
                        })
                .setShmBytes(image.shmBytes());
        image.volumes()
                .forEach(volume -> message.addVolumes(Volume.newBuilder()
                        .setSource(volume.source())
                        .setTarget(volume.target())
                        .setWritable(volume.writable())));
        image.ulimits()
                .forEach(limit -> message.addUlimits(Ulimit.newBuilder()
                        .setName(limit.name())
                        .setSoft(limit.soft())
                        .setHard(limit.hard())));
        return message.build();
    }

    dev.berth.registry.app.AppSpec toDomain() {
        return new dev.berth.registry.app.AppSpec(
                message.getApp(),
                message.getSourceDigest(),
                message.getSourcePath(),
                message.getEnvMap(),
                switch (message.getStrategy()) {
                    case ROLLING -> Strategy.ROLLING;
                    case RECREATE -> Strategy.RECREATE;
                    case SWAP, UNRECOGNIZED ->
                        throw new IllegalStateException("the stored strategy " + message.getStrategyValue() + " of "
                                + message.getApp() + " is not known here");
                },
                message.getFunctionsList().stream().map(StoredSpec::function).toList());
    }

    private static dev.berth.registry.app.FunctionSpec function(FunctionSpec message) {
        return new dev.berth.registry.app.FunctionSpec(
                message.getName(),
                kind(message),
                message.getCommandList(),
                message.getCpuMillis(),
                message.getCpuLimited(),
                message.getMemoryBytes(),
                message.getMemoryLimited(),
                message.getMinContainers(),
                Duration.ofMillis(message.getTimeoutMillis()),
                Duration.ofMillis(message.getStartupTimeoutMillis()),
                Duration.ofMillis(message.getStopGraceMillis()),
                message.hasImage() ? Optional.of(image(message.getName(), message.getImage())) : Optional.empty(),
                message.getUser(),
                message.getReadOnly(),
                message.getPids(),
                message.getDigest());
    }

    private static Image image(String function, ImageSpec message) {
        return new Image(
                message.getName(),
                message.getEntrypointList(),
                message.getWorkingDir(),
                switch (message.getNetwork()) {
                    case BRIDGE -> Image.Network.BRIDGE;
                    case HOST -> Image.Network.HOST;
                    case UNRECOGNIZED ->
                        throw new IllegalStateException("the stored network " + message.getNetworkValue()
                                + " of function " + function + " is not known here");
                },
                message.getShmBytes(),
                message.getVolumesList().stream()
                        .map(volume -> new Image.Volume(volume.getSource(), volume.getTarget(), volume.getWritable()))
                        .toList(),
                message.getUlimitsList().stream()
                        .map(limit -> new Image.Ulimit(limit.getName(), limit.getSoft(), limit.getHard()))
                        .toList());
    }

    private static Kind kind(FunctionSpec message) {
        return switch (message.getKindCase()) {
            case WEB ->
                new Kind.Web(
                        message.getWeb().getPort(),
                        message.getWeb().getReadiness(),
                        message.getWeb().getLabel(),
                        message.getWeb().getProtocol() == WebProtocol.H2C ? Kind.Protocol.H2C : Kind.Protocol.HTTP1);
            case CALL ->
                new Kind.Call(message.getCall().getPort(), message.getCall().getReadiness());
            case JOB -> new Kind.Job();
            case KIND_NOT_SET ->
                throw new IllegalStateException("the stored function " + message.getName() + " has no kind");
        };
    }
}
