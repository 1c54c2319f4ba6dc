package dev.berth.scheduler.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** P1 to P4 over thousands of seeds. One seed again: {@code -Dsimulation.seed=N}; more of them: {@code -Dsimulation.seeds=N}. */
class SimulationTest {
    @Test
    void promisesHoldWhateverIsKilledLostRepeatedOrOvertaken() {
        Long one = Long.getLong("simulation.seed");
        LongStream seeds = one != null
                ? LongStream.of(one)
                : LongStream.range(0, Long.getLong("simulation.seeds", 3_000));
        long requests = seeds.map(seed -> new Simulation(seed, 1 + (int) (seed % 3), 1 + (int) (seed % 2)).run()).sum();
        assertThat(requests).as("requests made").isPositive();
    }
}
