package dev.berth.gateway.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.protocol.name.Labels;
import dev.berth.protocol.v1.App;
import dev.berth.protocol.v1.AppSpec;
import dev.berth.protocol.v1.AppStatus;
import dev.berth.protocol.v1.Container;
import dev.berth.protocol.v1.FunctionSpec;
import dev.berth.protocol.v1.Node;
import dev.berth.protocol.v1.Outcome;
import dev.berth.protocol.v1.Rollout;
import dev.berth.protocol.v1.Token;
import dev.berth.protocol.v1.Version;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
            List<String> urls) {}

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
            String address) {}

    public record NodeView(
            String name,
            String state,
            double cpu,
            double cpuFree,
            long memoryBytes,
            long memoryBytesFree,
            int containers,
            Instant seenAt,
            List<String> gpus) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record TokenView(String id, String user, Instant createdAt, boolean revoked, String token) {}

    public record LogView(Instant time, String container, int version, String function, String text) {}

    static VersionView of(Version version, Rollout rollout, Function<String, String> url, Boolean created) {
        AppSpec spec = version.getSpec();
        boolean receipt = rollout.hasReceipt()
                && (rollout.getOutcome() == Outcome.ROLLOUT_LIVE || rollout.getOutcome() == Outcome.ROLLOUT_SUPERSEDED);
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
                lower(rollout.getOutcome()).replace("rollout_", ""),
                orNull(rollout.getReason()),
                receipt ? of(rollout.getReceipt()) : null,
                orNull(rollout.getProgress()),
                rollout.getLiveAt() == 0 ? null : Instant.ofEpochMilli(rollout.getLiveAt()),
                orNull(spec.getSourcePath()),
                orNull(spec.getSourceDigest()),
                lower(spec.getStrategy()),
                spec.getEnvMap(),
                functions(version.getEnvironment(), spec, url),
                created);
    }

    private static ReceiptView of(dev.berth.protocol.v1.Receipt receipt) {
        return new ReceiptView(
                receipt.getInFlightAtCutover(),
                receipt.getFinished(),
                receipt.getCutAtDeadline(),
                receipt.getDropped(),
                receipt.getAbandoned(),
                receipt.getTakenBack(),
                receipt.getUnaccounted(),
                receipt.getLongestDrainMillis(),
                receipt.getComplete(),
                receipt.getStartMillis(),
                receipt.getCutoverMillis());
    }

    static List<FunctionView> functions(String environment, AppSpec spec, Function<String, String> url) {
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
                                .toList()))
                .toList();
    }

    static AppView of(App app, AppStatus status, List<String> urls) {
        String state = app.getStopped()
                ? "stopped"
                : status.getRollingVersion() != 0 ? "rolling" : status.getLiveVersion() != 0 ? "live" : "failed";
        return new AppView(
                app.getName(),
                app.getEnvironment(),
                state,
                status.getLiveVersion() == 0 ? null : status.getLiveVersion(),
                app.getNewestVersion(),
                status.getRollingVersion() == 0 ? null : status.getRollingVersion(),
                Instant.ofEpochMilli(app.getCreatedAt()),
                app.getStopped() ? Instant.ofEpochMilli(app.getStoppedAt()) : null,
                orNull(app.getStoppedBy()),
                app.getStopped() ? Instant.ofEpochMilli(app.getCollectAt()) : null,
                urls,
                status.getReasonsList());
    }

    static ContainerView of(Container container) {
        return new ContainerView(
                container.getId(),
                container.getEnvironment(),
                container.getApp(),
                container.getVersion(),
                container.getFunction(),
                container.getNode(),
                lower(container.getState()),
                container.getReason(),
                Instant.ofEpochMilli(container.getStartedAt()),
                List.of(),
                container.getOutdated(),
                container.getAddress());
    }

    static NodeView of(Node node) {
        return new NodeView(
                node.getName(),
                lower(node.getState()).replace("node_", ""),
                node.getCpuMillis() / 1000.0,
                node.getCpuMillisFree() / 1000.0,
                node.getMemoryBytes(),
                node.getMemoryBytesFree(),
                node.getContainers(),
                Instant.ofEpochMilli(node.getSeenAt()),
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

    private static String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
