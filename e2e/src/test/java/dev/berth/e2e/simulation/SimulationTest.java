package dev.berth.e2e.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** P1 to P4 and P8 over thousands of seeds. One seed again: {@code -Dsimulation.seed=N}; more: {@code -Dsimulation.seeds=N}. */
class SimulationTest {
    @Test
    void promisesHoldWhateverIsKilledPausedFrozenLostRepeatedOrOvertaken() {
        Long one = Long.getLong("simulation.seed");
        LongStream seeds =
                one != null ? LongStream.of(one) : LongStream.range(0, Long.getLong("simulation.seeds", 2_000));
        long[] counts = new long[2];
        seeds.forEach(seed -> {
            Checks checks = new Simulation(seed, 1 + (int) (seed % 3), 1 + (int) (seed % 2)).run();
            counts[0] += checks.requests;
            counts[1] += checks.wentLive;
        });
        assertThat(counts[0]).as("requests made").isPositive();
        assertThat(counts[1]).as("versions that went live").isPositive();
    }
}
