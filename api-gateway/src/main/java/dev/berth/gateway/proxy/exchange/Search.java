package dev.berth.gateway.proxy.exchange;

import dev.berth.gateway.routing.FunctionRoute;
import dev.berth.gateway.traffic.Backend;
import dev.berth.gateway.traffic.Claim;
import dev.berth.gateway.traffic.Counts;
import dev.berth.gateway.traffic.LiveFunction;
import dev.berth.gateway.traffic.Refused;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Looks for a container that takes one request, as often as it has to, and waits where none does. */
final class Search {
    private static final int MOST_ATTEMPTS = 5;
    private static final int SHORTEST_BACK_OFF_MILLIS = 50;
    private static final int LONGEST_BACK_OFF_MILLIS = 1_000;
    private static final int RETRY_AFTER_SECONDS = 5;

    private final Loop loop;
    private final Destination to;
    private FunctionRoute route;
    private Set<Backend> refused;
    private int attempts;
    private long parkedSince = Long.MAX_VALUE;
    private int backOff = SHORTEST_BACK_OFF_MILLIS;
    /** The last container that did not take the request, and why in words. */
    private Backend unreachable;

    private String whyUnreachable;

    Search(Loop loop, Destination to) {
        this.loop = loop;
        this.to = to;
    }

    /** What it comes to. */
    sealed interface Found {
        /** @param http2 it understands nothing else */
        record Container(Claim claim, boolean http2) implements Found {}

        /** One has to be waited for. */
        record Full() implements Found {}

        record Nowhere(Refusal why) implements Found {}
    }

    private static final Found FULL = new Found.Full();

    Found next() {
        FunctionRoute before = route;
        route = to.function();
        if (route == null) {
            return new Found.Nowhere(
                    new Refusal(Refused.NO_SUCH_LABEL, 404, "no app answers under " + to.name() + " any more"));
        }
        if (before == null) {
            route.live().arrived();
        }
        if (attempts == MOST_ATTEMPTS) {
            attempts = 0;
            return FULL;
        }
        Claim claim = route.claim(refused, loop.now(), ThreadLocalRandom.current());
        if (claim == null) {
            return FULL;
        }
        attempts++;
        return new Found.Container(claim, route.http2());
    }

    /**
     * The request could not be delivered to one that was found.
     *
     * @param why in words, to go on after its address
     */
    void undelivered(Backend to, String why) {
        if (refused == null) {
            refused = new HashSet<>(4);
        }
        refused.add(to);
        unreachable = to;
        whyUnreachable = why;
    }

    /** One stay among the parked requests. */
    final class Stay {
        private LiveFunction.Parked place;

        void leave() {
            if (place != null) {
                place.leave();
            }
        }
    }

    /**
     * Waits.
     *
     * @param wake called, by any thread, when there may be a container
     * @return null where it began; else why it can't wait
     */
    Refusal park(Stay stay, Runnable wake) {
        if (to instanceof Destination.Api) {
            return new Refusal(Refused.NO_ROUTES, 503, "the API of this gateway is starting", 1);
        }
        parkedSince = Math.min(parkedSince, loop.now());
        // The next routes may hold the same container again, come back to life.
        refused = null;
        stay.place = route.live().park(wake, parkedSince, loop.limits().parked());
        if (stay.place == null) {
            return new Refusal(Refused.PARK_FULL, 503, "too many requests wait for " + name() + reason(), 1);
        }
        if (to.function() != route) {
            // The routes changed between the look-up and the parking: that wake-up was missed.
            stay.leave();
            wake.run();
        } else if (route.serving().length > 0) {
            // They refuse connections, and may take them again without any change of the routes.
            loop.later(backOff, wake);
            backOff = Math.min(2 * backOff, LONGEST_BACK_OFF_MILLIS);
        }
        return null;
    }

    boolean parkedTooLong(long nowMillis) {
        return nowMillis - parkedSince > loop.limits().parkedMillis();
    }

    Refusal whyParked() {
        String within = " within " + loop.limits().parkedMillis() / 1000 + " s";
        String why = route.serving().length > 0 && unreachable != null
                ? "no connection to a container of " + name() + " could be made" + within + ": " + unreachable.id
                        + " at " + unreachable.host + ":" + unreachable.port + " " + whyUnreachable
                : "no container of " + name() + " became ready" + within + reason();
        return new Refusal(Refused.PARK_TIMEOUT, 503, why, RETRY_AFTER_SECONDS);
    }

    /** Of what the request is for now, or was at last; null where that is gone. */
    Counts counts() {
        FunctionRoute by = route == null ? to.function() : route;
        return by == null ? null : by.counts();
    }

    /** How long the request may take from its begin, parked and all. */
    long timeoutMillis() {
        return route == null ? Long.MAX_VALUE : route.timeoutMillis();
    }

    /** A container was asked, and gave no answer that could be passed on. */
    Refusal unanswered(Backend by, Upstream.Failure how, String why) {
        String who = to instanceof Destination.Api ? "the API of this gateway" : "container " + by.id + " of " + name();
        String what = how == Upstream.Failure.UNREADABLE
                ? " gave an answer that can't be read: " + why
                : " ended the connection before it answered";
        Refused word = how == Upstream.Failure.UNREADABLE ? Refused.UNREADABLE_ANSWER : Refused.NO_ANSWER;
        return new Refusal(word, 502, who + what);
    }

    private String name() {
        return route.app() + "/" + route.function();
    }

    private String reason() {
        return route.reason().isEmpty() ? "" : ": " + route.reason();
    }
}
