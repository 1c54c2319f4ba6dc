package dev.berth.gateway.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CountsTest {
    private final Counts counts = new Account().function("main", "app", "web").counts(1);

    @ParameterizedTest
    @CsvSource({
        "101, 2xx",
        "200, 2xx",
        "299, 2xx",
        "304, 3xx",
        "404, 4xx",
        "499, 4xx",
        "500, 5xx",
        "600, 5xx",
        "999, 5xx"
    })
    void answerCountsInTheClassOfItsStatus(int status, String expected) {
        counts.answered(status, Counts.By.APP, 1);
        for (Counts.CodeClass one : Counts.CodeClass.values()) {
            assertThat(counts.answers(Counts.By.APP, one)).isEqualTo(one.word.equals(expected) ? 1 : 0);
            assertThat(counts.answers(Counts.By.GATEWAY, one)).isZero();
        }
    }

    @Test
    void bucketsDoubleAndEachHasItsBound() {
        double[] bounds = Counts.bounds();
        assertThat(bounds[0]).isEqualTo(0.0005);
        for (int i = 1; i < bounds.length - 1; i++) {
            assertThat(bounds[i]).isEqualTo(2 * bounds[i - 1]);
        }
        assertThat(bounds[bounds.length - 2]).isBetween(250.0, 300.0);
        assertThat(bounds[bounds.length - 1]).isInfinite();
        for (int i = 0; i < bounds.length - 1; i++) {
            long bound = Math.round(bounds[i] * 1e9);
            assertThat(bucketOf(bound)).isEqualTo(i);
            assertThat(bucketOf(bound + 1)).isEqualTo(i + 1);
        }
        assertThat(bucketOf(0)).isZero();
        assertThat(bucketOf(Long.MAX_VALUE)).isEqualTo(bounds.length - 1);
    }

    private static int bucketOf(long nanos) {
        Counts one = new Account().function("main", "app", "web").counts(1);
        one.answered(200, Counts.By.APP, nanos);
        long[] durations = one.durations();
        assertThat(Arrays.stream(durations).sum()).isEqualTo(1);
        return Arrays.stream(durations).boxed().toList().indexOf(1L);
    }

    @Test
    void nothingIsLostWhereManyCount() throws Exception {
        int threads = 4;
        int each = 50_000;
        try (ExecutorService all = Executors.newFixedThreadPool(threads)) {
            for (int i = 0; i < threads; i++) {
                all.execute(() -> {
                    for (int n = 0; n < each; n++) {
                        counts.answered(n % 2 == 0 ? 200 : 503, n % 2 == 0 ? Counts.By.APP : Counts.By.GATEWAY, 1_000);
                        counts.unfinished(Counts.Unfinished.CUT);
                    }
                });
            }
            all.shutdown();
            assertThat(all.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(counts.answers(Counts.By.APP, Counts.CodeClass.SUCCESSFUL)).isEqualTo(threads * each / 2);
        assertThat(counts.answers(Counts.By.GATEWAY, Counts.CodeClass.SERVER_ERROR))
                .isEqualTo(threads * each / 2);
        assertThat(counts.unfinishedSoFar(Counts.Unfinished.CUT)).isEqualTo(threads * each);
        assertThat(Arrays.stream(counts.durations()).sum()).isEqualTo(threads * each);
        assertThat(counts.seconds()).isEqualTo(threads * each * 1_000 / 1e9);
    }
}
