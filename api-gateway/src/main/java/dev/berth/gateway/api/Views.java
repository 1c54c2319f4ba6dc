package dev.berth.gateway.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.gateway.client.RegistryClient;
import dev.berth.gateway.status.AppStatus;
import dev.berth.gateway.status.ContainerStatus;
import dev.berth.gateway.status.NodeStatus;
import dev.berth.gateway.status.Receipt;
import dev.berth.gateway.status.Rollout;
import dev.berth.gateway.status.Rollout.Outcome;
import dev.berth.protocol.name.Labels;
import dev.berth.protocol.v1.App;
import dev.berth.protocol.v1.AppSpec;
import dev.berth.protocol.v1.FunctionSpec;
import dev.berth.protocol.v1.ImageSpec;
import dev.berth.protocol.v1.Token;
import dev.berth.protocol.v1.Version;
import dev.berth.protocol.v1.Volume;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What the REST API answers, as JSON. Names are a contract. */
public final class Views {
    private Views() {}

    public record ReceiptView(
            long inFlightAtCutover,
            long finished,
            long cutAtDeadline,
            long dropped,
            long abandoned,
            long takenBack,
            long unaccounted,
            long longestDrainMillis,
            boolean complete,
            long startMillis,
            long cutoverMillis) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record FunctionView(
            String name,
            List<String> command,
            Double cpu,
            Long memoryBytes,
            int minContainers,
            String timeout,
            List<String> urls,
            ImageView image,
            String user,
            Boolean readOnly,
            Integer pids) {}

    /**
     * How containers of an engine are made; what the manifest leaves out is null.
     *
     * @param pinned what the name means for this version, by digest; null while it is not known
     * @param network {@code bridge} or {@code host}
     * @param volumes as the manifest has them: /srv/out:/out:rw
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ImageView(
            String name,
            String pinned,
            List<String> entrypoint,
            String workingDir,
            String network,
            Long shmBytes,
            List<String> volumes,
            List<UlimitView> ulimits) {}

    /** -1 is unlimited. */
    public record UlimitView(String name, long soft, long hard) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record VersionView(
            String environment,
            String app,
            int version,
            String kind,
            Integer rollbackOf,
            String deployedBy,
            Instant deployedAt,
            String tag,
            String commit,
            String outcome,
            String reason,
            ReceiptView receipt,
            String progress,
            Instant liveAt,
            String source,
            String sourceDigest,
            String strategy,
            Map<String, String> env,
            List<FunctionView> functions,
            Boolean created) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record AppView(
            String name,
            String environment,
            String state,
            Integer version,
            int newestVersion,
            Integer rollingVersion,
            Instant createdAt,
            Instant stoppedAt,
            String stoppedBy,
            Instant collectAt,
            List<String> urls,
            List<String> reasons) {}

    public record ContainerView(
            String id,
            String environment,
            String app,
            int version,
            String function,
            String node,
            String state,
            String reason,
            Instant startedAt,
            List<String> gpus,
            boolean outdated,
            String address,
            String image) {}

    public record NodeView(
            String name,
            String state,
            double cpu,
            double cpuFree,
            long memoryBytes,
            long memoryBytesFree,
            int containers,
            Instant seenAt,
            List<String> conditions,
            List<DriverView> drivers,
            List<String> gpus) {}

    /** @param kind {@code process} or {@code engine} */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record DriverView(String kind, String version) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record TokenView(String id, String user, Instant createdAt, boolean revoked, String token) {}

    public record LogView(Instant time, String container, int version, String function, String text) {}

    /** Of a version that was deployed just now. */
    static VersionView begun(Version version, Function<String, String> url) {
        return of(
                version,
                new Rollout(
                        RegistryClient.of(version),
                        Outcome.ROLLING,
                        "",
                        Optional.empty(),
                        "",
                        Optional.empty(),
                        Optional.empty(),
                        Map.of()),
                url,
                true);
    }

    static VersionView of(Version version, Rollout rollout, Function<String, String> url, Boolean created) {
        AppSpec spec = version.getSpec();
        return new VersionView(
                version.getEnvironment(),
                version.getApp(),
                version.getVersion(),
                lower(version.getKind()),
                version.getRollbackOf() == 0 ? null : version.getRollbackOf(),
                version.getDeployedBy(),
                Instant.ofEpochMilli(version.getDeployedAt()),
                orNull(version.getTag()),
                orNull(version.getCommit()),
                lower(rollout.outcome()),
                orNull(rollout.reason()),
                rollout.receipt()
                        .filter(receipt -> rollout.outcome().served())
                        .map(Views::of)
                        .orElse(null),
                orNull(rollout.progress()),
                rollout.liveAt().orElse(null),
                orNull(spec.getSourcePath()),
                orNull(spec.getSourceDigest()),
                lower(spec.getStrategy()),
                spec.getEnvMap(),
                functions(version.getEnvironment(), spec, rollout.images(), url),
                created);
    }

    private static ReceiptView of(Receipt receipt) {
        return new ReceiptView(
                receipt.inFlightAtCutover(),
                receipt.finished(),
                receipt.cutAtDeadline(),
                receipt.dropped(),
                receipt.abandoned(),
                receipt.takenBack(),
                receipt.unaccounted(),
                receipt.longestDrainMillis(),
                receipt.complete(),
                receipt.startMillis(),
                receipt.cutoverMillis());
    }

    /** @param images what their names mean, as far as it is known */
    static List<FunctionView> functions(
            String environment, AppSpec spec, Map<String, String> images, Function<String, String> url) {
        List<String> names =
                spec.getFunctionsList().stream().map(FunctionSpec::getName).toList();
        return spec.getFunctionsList().stream()
                .map(function -> new FunctionView(
                        function.getName(),
                        function.getCommandList(),
                        function.getCpuLimited() ? function.getCpuMillis() / 1000.0 : null,
                        function.getMemoryLimited() ? function.getMemoryBytes() : null,
                        function.getMinContainers(),
                        function.getTimeoutMillis() / 1000.0 + "s",
                        Labels.of(
                                        environment,
                                        spec.getApp(),
                                        function.getName(),
                                        function.getWeb().getLabel(),
                                        names)
                                .stream()
                                .map(url)
                                .toList(),
                        function.hasImage() ? image(function.getImage(), images) : null,
                        orNull(function.getUser()),
                        function.getReadOnly() ? true : null,
                        function.getPids() == 0 ? null : function.getPids()))
                .toList();
    }

    private static ImageView image(ImageSpec image, Map<String, String> images) {
        return new ImageView(
                image.getName(),
                images.get(image.getName()),
                orNull(image.getEntrypointList()),
                orNull(image.getWorkingDir()),
                lower(image.getNetwork()),
                image.getShmBytes() == 0 ? null : image.getShmBytes(),
                orNull(image.getVolumesList().stream().map(Views::of).toList()),
                orNull(image.getUlimitsList().stream()
                        .map(limit -> new UlimitView(limit.getName(), limit.getSoft(), limit.getHard()))
                        .toList()));
    }

    static String of(Volume volume) {
        return volume.getSource() + ":" + volume.getTarget() + (volume.getWritable() ? ":rw" : "");
    }

    /** Of an app that was stopped just now; what still drains is shown a moment later. */
    static AppView stopped(App app) {
        return of(app, 0, 0, List.of(), List.of());
    }

    /** @param urls null where they are not shown */
    static AppView of(App app, AppStatus status, List<String> urls) {
        return of(app, status.live(), status.rolling(), status.reasons(), urls);
    }

    private static AppView of(App app, int live, int rolling, List<String> reasons, List<String> urls) {
        String state = app.getStopped() ? "stopped" : rolling != 0 ? "rolling" : live != 0 ? "live" : "failed";
        return new AppView(
                app.getName(),
                app.getEnvironment(),
                state,
                live == 0 ? null : live,
                app.getNewestVersion(),
                rolling == 0 ? null : rolling,
                Instant.ofEpochMilli(app.getCreatedAt()),
                app.getStopped() ? Instant.ofEpochMilli(app.getStoppedAt()) : null,
                orNull(app.getStoppedBy()),
                app.getStopped() ? Instant.ofEpochMilli(app.getCollectAt()) : null,
                urls,
                reasons);
    }

    static ContainerView of(ContainerStatus container) {
        return new ContainerView(
                container.id(),
                container.app().environment(),
                container.app().app(),
                container.version(),
                container.function(),
                container.node(),
                lower(container.state()),
                container.reason(),
                container.startedAt(),
                List.of(),
                container.outdated(),
                container.address(),
                container.image());
    }

    static NodeView of(NodeStatus node) {
        return new NodeView(
                node.name(),
                lower(node.state()),
                node.cpuMillis() / 1000.0,
                node.cpuMillisFree() / 1000.0,
                node.memoryBytes(),
                node.memoryBytesFree(),
                node.count(),
                node.seenAt(),
                node.conditions(),
                node.drivers().stream()
                        .map(driver -> new DriverView(lower(driver.kind()), orNull(driver.version())))
                        .toList(),
                List.of());
    }

    static TokenView of(Token token) {
        return new TokenView(
                token.getId(),
                token.getUser(),
                Instant.ofEpochMilli(token.getCreatedAt()),
                token.getRevoked(),
                orNull(token.getSecret()));
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static <T> List<T> orNull(List<T> list) {
        return list.isEmpty() ? null : list;
    }

    private static String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
