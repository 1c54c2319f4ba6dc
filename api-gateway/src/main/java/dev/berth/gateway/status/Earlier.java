package dev.berth.gateway.status;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Finds the version that a rollback goes to where none was named. */
public final class Earlier {
    private Earlier() {}

    /**
     * A version as a rollback sees it.
     *
     * @param rollbackOf the version that it copied; 0 for none
     * @param specDigest the same for versions of one spec
     */
    public record Candidate(int version, int rollbackOf, String specDigest) {}

    /**
     * The newest version that once was live and has another spec than the one that serves, or served last: going back
     * twice goes on backwards, not to and fro.
     *
     * @param rollouts the newest first
     */
    public static OptionalInt target(List<Candidate> candidates, List<Rollout> rollouts) {
        Map<Integer, Candidate> byNumber =
                candidates.stream().collect(Collectors.toMap(Candidate::version, Function.identity()));
        Candidate present = null;
        for (Rollout rollout : rollouts) {
            Candidate version = byNumber.get(rollout.version().version());
            if (version == null || !rollout.outcome().served()) {
                continue;
            }
            if (present == null) {
                present = version.rollbackOf() == 0 ? version : byNumber.getOrDefault(version.rollbackOf(), version);
            } else if (version.version() < present.version()
                    && !version.specDigest().equals(present.specDigest())) {
                return OptionalInt.of(version.version());
            }
        }
        return OptionalInt.empty();
    }
}
