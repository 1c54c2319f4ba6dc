package dev.berth.client;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An app as it is now.
 *
 * @param state {@code live}, {@code rolling}, {@code failed} or {@code stopped}
 * @param version the one that is live
 * @param newestVersion the one that was made last, whatever became of it
 * @param rollingVersion the one that is on its way
 * @param collectAt when the record of a stopped app is deleted; until then a deploy or a rollback revives it
 * @param urls where it answers; lists leave them out
 * @param reasons why something is not as it should be, in words
 */
public record App(
        String name,
        String environment,
        String state,
        Optional<Integer> version,
        int newestVersion,
        Optional<Integer> rollingVersion,
        Instant createdAt,
        Optional<Instant> stoppedAt,
        Optional<String> stoppedBy,
        Optional<Instant> collectAt,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> urls,
        List<String> reasons) {
    public App {
        urls = urls == null ? List.of() : List.copyOf(urls);
        reasons = reasons == null ? List.of() : List.copyOf(reasons);
    }
}
