package dev.berth.client;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A version of an app: what was asked for, which never changes, and what became of it.
 *
 * @param kind {@code deploy}, {@code rollback} or {@code rollover}
 * @param rollbackOf the version that a rollback copies
 * @param outcome {@code rolling}, {@code live}, {@code superseded}, {@code failed} or {@code cancelled}
 * @param reason why the outcome is what it is, in words
 * @param receipt what the cutover did; there once the version is or was live
 * @param progress what the rollout does now, in one line
 * @param source the folder that was sent, as the manifest names it
 * @param created of the answer to a deploy: false where nothing had changed, and this version was there already
 */
public record Version(
        String environment,
        String app,
        int version,
        String kind,
        Optional<Integer> rollbackOf,
        String deployedBy,
        Instant deployedAt,
        Optional<String> tag,
        Optional<String> commit,
        String outcome,
        Optional<String> reason,
        Optional<Receipt> receipt,
        Optional<String> progress,
        Optional<Instant> liveAt,
        Optional<String> source,
        Optional<String> sourceDigest,
        String strategy,
        Map<String, String> env,
        List<Function> functions,
        Optional<Boolean> created) {
    public Version {
        env = env == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(env));
        functions = functions == null ? List.of() : List.copyOf(functions);
    }

    /** Whether its rollout goes on. */
    public boolean rolling() {
        return outcome.equals("rolling");
    }

    /**
     * What a cutover did, in numbers of requests.
     *
     * @param abandoned left by their client before they were answered
     * @param takenBack still under way in a container that a rollback took back
     * @param unaccounted of these nobody knows: the gateway that had them was not heard again
     * @param complete false while containers of the older version still drain: the numbers may still grow
     * @param startMillis from the rollout's begin until all containers were ready
     * @param cutoverMillis from then on until every gateway had the new routes
     */
    public record Receipt(
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

    /**
     * A function as the manifest has it.
     *
     * @param cpu cores that a container is limited to
     * @param memoryBytes that a container is limited to
     * @param timeout of a request, such as {@code 300.0s}
     * @param image none where its containers are processes
     * @param user with a group after a colon where it has another than its own
     * @param readOnly there where neither the image's files nor the source can be written to
     * @param pids processes and threads at once
     */
    public record Function(
            String name,
            List<String> command,
            Optional<Double> cpu,
            Optional<Long> memoryBytes,
            int minContainers,
            String timeout,
            List<String> urls,
            Optional<Image> image,
            Optional<String> user,
            Optional<Boolean> readOnly,
            Optional<Integer> pids) {
        public Function {
            command = command == null ? List.of() : List.copyOf(command);
            urls = urls == null ? List.of() : List.copyOf(urls);
        }
    }

    /**
     * How containers of an engine are made; what the manifest leaves out is empty.
     *
     * @param network {@code bridge} or {@code host}
     * @param volumes such as {@code /srv/models:/models}, with {@code :rw} after what can be written to
     */
    public record Image(
            String name,
            List<String> entrypoint,
            Optional<String> workingDir,
            String network,
            Optional<Long> shmBytes,
            List<String> volumes,
            List<Ulimit> ulimits) {
        public Image {
            entrypoint = entrypoint == null ? List.of() : List.copyOf(entrypoint);
            volumes = volumes == null ? List.of() : List.copyOf(volumes);
            ulimits = ulimits == null ? List.of() : List.copyOf(ulimits);
        }
    }

    /** -1 is unlimited. */
    public record Ulimit(String name, long soft, long hard) {}
}
