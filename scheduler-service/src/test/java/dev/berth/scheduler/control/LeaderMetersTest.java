package dev.berth.scheduler.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.scheduler.cluster.Turn;
import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.rollout.Rollout;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeaderMetersTest {
    private static final Instant START = Instant.EPOCH;

    private final AppId app = new AppId("main", "app", "life");
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final LeaderMeters meters = new LeaderMeters(registry);

    LeaderMetersTest() {
        registry.getPrometheusRegistry().register(meters.reading());
    }

    private void committed(Rollout rollout, int second) {
        meters.rollout(new Turn.RolloutRow(app, rollout), START.plusSeconds(second));
    }

    private List<String> text() {
        return registry.scrape().lines().toList();
    }

    @Test
    void eachStepOfARolloutCountsOnce() {
        meters.begin(List.of());
        Rollout begun = Rollout.begun(1, START);
        Rollout cut = begun.cutOver(START.plusSeconds(2)).published(7);
        Rollout live = cut.live(START.plusSeconds(3));
        committed(begun, 0);
        committed(cut, 2);
        committed(cut, 2);
        assertThat(text()).noneMatch(line -> line.startsWith("berth_rollouts_total{"));
        committed(live, 3);
        committed(live, 4);
        committed(live.with(live.receipt().completed()), 12);
        committed(live.with(live.receipt().completed()).superseded("v2 serves"), 20);
        assertThat(text())
                .contains(
                        "berth_rollouts_total{outcome=\"live\",} 1.0",
                        "berth_rollout_step_seconds_count{step=\"starting\",} 1.0",
                        "berth_rollout_step_seconds_sum{step=\"starting\",} 2.0",
                        "berth_rollout_step_seconds_sum{step=\"cutting-over\",} 1.0",
                        "berth_rollout_step_seconds_count{step=\"draining\",} 1.0",
                        "berth_rollout_step_seconds_sum{step=\"draining\",} 10.0")
                .noneMatch(line -> line.contains("superseded"));
    }

    /** Another one counted it. */
    @Test
    void whatWasStoredWhenTheTermBeganIsNotCountedAnew() {
        Rollout live = Rollout.begun(1, START).cutOver(START).published(7).live(START);
        meters.begin(List.of(new Turn.RolloutRow(app, live), new Turn.RolloutRow(app, Rollout.begun(2, START))));
        committed(live.with(live.receipt().completed()), 5);
        committed(Rollout.begun(2, START).failed("it crashed"), 6);
        assertThat(text())
                .contains("berth_rollouts_total{outcome=\"failed\",} 1.0")
                .noneMatch(line -> line.contains("outcome=\"live\""));
    }

    @Test
    void standbySaysNothingOfTheCluster() {
        assertThat(text()).contains("berth_leader 0.0").noneMatch(line -> line.startsWith("berth_containers{"));
        meters.begin(List.of());
        assertThat(text()).contains("berth_leader 1.0", "berth_containers{state=\"ready\",} 0.0");
        meters.end();
        assertThat(text()).contains("berth_leader 0.0").noneMatch(line -> line.startsWith("berth_containers{"));
    }
}
