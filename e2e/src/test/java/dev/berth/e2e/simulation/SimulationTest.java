package dev.berth.e2e.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** P1 to P4 and P8 over thousands of seeds. One seed again: {@code -Dsimulation.seed=N}; more: {@code -Dsimulation.seeds=N}. */
class SimulationTest {
    @Test
    void promisesHoldWhateverIsKilledPausedFrozenLostRepeatedOrOvertaken() {
        Long one = Long.getLong("simulation.seed");
        LongStream seeds =
                one != null ? LongStream.of(one) : LongStream.range(0, Long.getLong("simulation.seeds", 2_000));
        LongAdder requests = new LongAdder();
        LongAdder wentLive = new LongAdder();
        // Worlds know nothing of each other.
        seeds.parallel().forEach(seed -> {
            Checks checks = new Simulation(seed, 1 + (int) (seed % 3), 1 + (int) (seed % 2)).run();
            requests.add(checks.requests);
            wentLive.add(checks.wentLive);
        });
        assertThat(requests.sum()).as("requests made").isPositive();
        assertThat(wentLive.sum()).as("versions that went live").isPositive();
    }
}
