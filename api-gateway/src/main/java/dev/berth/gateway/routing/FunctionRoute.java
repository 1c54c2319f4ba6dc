package dev.berth.gateway.routing;

import dev.berth.gateway.traffic.Backend;
import dev.berth.gateway.traffic.Claim;
import dev.berth.gateway.traffic.Counts;
import dev.berth.gateway.traffic.LiveFunction;
import java.util.Arrays;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The containers that take a function's requests, as of one cutover.
 *
 * @param counts of the version that they are of; with its function it outlasts this route to it
 * @param reason why there is none, in words; may be empty
 * @param http2 true where they understand HTTP/2 alone
 */
public record FunctionRoute(Counts counts, long timeoutMillis, Backend[] serving, String reason, boolean http2) {
    public LiveFunction live() {
        return counts.function;
    }

    public int version() {
        return counts.version;
    }

    public String app() {
        return live().app;
    }

    public String function() {
        return live().name;
    }

    /** True where a request would find the same by the other one. */
    boolean same(FunctionRoute other) {
        return counts == other.counts
                && timeoutMillis == other.timeoutMillis
                && Arrays.equals(serving, other.serving)
                && reason.equals(other.reason)
                && http2 == other.http2;
    }

    /**
     * Claims a slot on one of the containers: of two random ones the one with fewer requests in flight. One that is set
     * aside is taken where no other can be had. Null where none can.
     *
     * @param refused containers that this request could not be delivered to; null for none
     */
    public Claim claim(Set<Backend> refused, long nowMillis, RandomGenerator random) {
        while (true) {
            Backend chosen = choose(refused, nowMillis, random);
            if (chosen == null) {
                return null;
            }
            Claim claim = chosen.claim(counts);
            // Null where its drain began just now.
            if (claim != null) {
                return claim;
            }
        }
    }

    private Backend choose(Set<Backend> refused, long nowMillis, RandomGenerator random) {
        int many = serving.length;
        if (many > 1) {
            int first = random.nextInt(many);
            int second = (first + (many == 2 ? 1 : random.nextInt(1, many))) % many;
            Backend chosen = lessLoaded(
                    unlessAside(serving[first], refused, nowMillis), unlessAside(serving[second], refused, nowMillis));
            if (chosen != null) {
                return chosen;
            }
        }
        Backend best = null;
        Backend aside = null;
        for (Backend backend : serving) {
            if (!takes(backend, refused)) {
                continue;
            }
            if (backend.aside(nowMillis)) {
                aside = lessLoaded(aside, backend);
            } else {
                best = lessLoaded(best, backend);
            }
        }
        return best == null ? aside : best;
    }

    /** Null where it can't take the request, or others are to be tried first. */
    private static Backend unlessAside(Backend backend, Set<Backend> refused, long nowMillis) {
        return takes(backend, refused) && !backend.aside(nowMillis) ? backend : null;
    }

    private static boolean takes(Backend backend, Set<Backend> refused) {
        return !backend.draining() && (refused == null || !refused.contains(backend));
    }

    /** The first one where they are equal; the other one where one is null. */
    private static Backend lessLoaded(Backend one, Backend other) {
        return one == null || other != null && other.inFlight() < one.inFlight() ? other : one;
    }
}
