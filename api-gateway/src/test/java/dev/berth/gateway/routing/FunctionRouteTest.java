package dev.berth.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.traffic.Account;
import dev.berth.gateway.traffic.Backend;
import dev.berth.gateway.traffic.Claim;
import dev.berth.gateway.traffic.Counts;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FunctionRouteTest {
    private final RandomGenerator random = new Random(17);

    private static FunctionRoute route(int containers) {
        Counts of = new Account().function("main", "app", "web").counts(1);
        Backend[] serving = IntStream.range(0, containers)
                .mapToObj(i -> new Backend(of.function, "c" + i, "host", i))
                .toArray(Backend[]::new);
        return new FunctionRoute(of, 1_000, serving, "", false);
    }

    private Backend claim(FunctionRoute route, Set<Backend> refused, long now) {
        Claim claim = route.claim(refused, now, random);
        return claim == null ? null : claim.backend();
    }

    @Test
    void ofTwoTheLessLoadedOneIsTaken() {
        FunctionRoute route = route(2);
        for (int i = 1; i <= 100; i++) {
            route.claim(null, 0, random);
            route.claim(null, 0, random);
            assertThat(route.serving()[0].inFlight())
                    .isEqualTo(route.serving()[1].inFlight())
                    .isEqualTo(i);
        }
    }

    /** One random choice would leave the fullest some 20 over the mean; two leave it two or three. */
    @Test
    void loadSpreadsOverMany() {
        FunctionRoute route = route(50);
        for (int i = 0; i < 50 * 40; i++) {
            route.claim(null, 0, random);
        }
        assertThat(Arrays.stream(route.serving()).mapToInt(Backend::inFlight))
                .allMatch(inFlight -> inFlight >= 34 && inFlight <= 44);
    }

    /** Requests that come one after the other find all of them idle. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 10})
    void idleOnesShareWhatComes(int containers) {
        FunctionRoute route = route(containers);
        int[] got = new int[containers];
        for (int i = 0; i < 100 * containers; i++) {
            Claim claim = route.claim(null, 0, random);
            got[claim.backend().port]++;
            claim.end(Backend.End.FINISHED, 0);
        }
        assertThat(Arrays.stream(got)).allMatch(count -> count > 50);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 10})
    void oneThatCannotTakeItIsNeverChosenWhileAnotherCan(int containers) {
        FunctionRoute route = route(containers);
        Backend[] serving = route.serving();
        for (int can = 0; can < containers; can++) {
            Backend free = serving[can];
            Set<Backend> refused = new HashSet<>();
            for (int i = 0; i < containers; i++) {
                serving[i].serve();
                serving[i].reached();
                if (i != can) {
                    switch (i % 3) {
                        case 0 -> serving[i].drain(9_000, 0);
                        case 1 -> refused.add(serving[i]);
                        default -> serving[i].unreachable(0);
                    }
                }
            }
            for (int n = 0; n < 50; n++) {
                assertThat(claim(route, refused, 99)).isSameAs(free);
            }
            free.drain(9_000, 0);
            Backend last = claim(route, refused, 99);
            assertThat(last == null || last.aside(99)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 10})
    void setAsideOneIsTriedWhereNoOtherCanBeHad(int containers) {
        FunctionRoute route = route(containers);
        for (Backend backend : route.serving()) {
            assertThat(backend.unreachable(0)).isTrue();
        }
        assertThat(claim(route, null, 50)).isNotNull();
        Set<Backend> refused = new HashSet<>();
        for (int i = 0; i < containers; i++) {
            Backend tried = claim(route, refused, 50);
            assertThat(refused.add(tried)).isTrue();
        }
        assertThat(claim(route, refused, 50)).isNull();
    }

    @Test
    void setAsideOneIsChosenAgainAfterItsMoment() {
        FunctionRoute route = route(2);
        route.serving()[0].unreachable(0);
        for (int i = 0; i < 9; i++) {
            assertThat(claim(route, null, 99)).isSameAs(route.serving()[1]);
        }
        assertThat(claim(route, null, 100)).isSameAs(route.serving()[0]);
    }

    @Test
    void noContainerIsNoClaim() {
        assertThat(route(0).claim(null, 0, random)).isNull();
    }
}
