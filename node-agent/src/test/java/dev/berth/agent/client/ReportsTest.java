package dev.berth.agent.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.berth.agent.container.Driver;
import dev.berth.agent.container.NodeReport;
import dev.berth.agent.host.Capacity;
import dev.berth.protocol.v1.DriverKind;
import dev.berth.protocol.v1.NodeObserved;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReportsTest {
    private static NodeObserved report(Driver... drivers) {
        return Reports.message(new NodeReport(
                "n1",
                "host",
                "1",
                1,
                1,
                1,
                new Capacity(1, 1),
                List.of(),
                List.of(drivers),
                List.of(),
                Set.of(-1L, 7L)));
    }

    private static List<dev.berth.protocol.v1.Driver> drivers(Driver... drivers) {
        return report(drivers).getDriversList();
    }

    @Test
    void driversAreNamedAlsoWhereThereIsNone() {
        assertThat(drivers(Driver.PROCESS, Driver.engine("Docker 20.10.24")))
                .extracting(dev.berth.protocol.v1.Driver::getKind, dev.berth.protocol.v1.Driver::getVersion)
                .containsExactly(
                        tuple(DriverKind.DRIVER_PROCESS, ""), tuple(DriverKind.DRIVER_ENGINE, "Docker 20.10.24"));
        assertThat(drivers())
                .as("none at all would be an older agent's word for processes")
                .extracting(dev.berth.protocol.v1.Driver::getKind)
                .containsExactly(DriverKind.DRIVER_NONE);
    }

    @Test
    void imagesThatItPulledAreNamedByTheirKeys() {
        assertThat(report().getImagesList()).containsExactlyInAnyOrder(-1L, 7L);
    }
}
