package dev.berth.scheduler.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.protocol.v1.AppRoutes;
import dev.berth.protocol.v1.RouteTable;
import dev.berth.scheduler.cluster.Routes;
import dev.berth.scheduler.control.Leader;
import dev.berth.scheduler.fleet.Address;
import dev.berth.scheduler.fleet.AppName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RoutePartsTest {

    private static List<RouteTable> parts(List<Routes> apps) {
        List<RouteTable> parts = new ArrayList<>();
        new RouteParts(new Leader.AllRoutes(3, 9, apps, true)).forEachRemaining(parts::add);
        assertThat(parts)
                .allSatisfy(part -> assertThat(part)
                        .returns(3L, RouteTable::getEpoch)
                        .returns(9L, RouteTable::getSequence)
                        .returns(true, RouteTable::getKeepUnknown));
        assertThat(parts).last().returns(true, RouteTable::getLast);
        assertThat(parts.subList(0, parts.size() - 1)).allMatch(part -> !part.getLast());
        return parts;
    }

    private static Routes app(int number, int containers) {
        List<Routes.Serving> serving = IntStream.range(0, containers)
                .mapToObj(i -> new Routes.Serving("c-" + i, new Address("gpu-host-1.example", 8_000), Optional.empty()))
                .toList();
        return new Routes(
                new AppName("main", "app-" + number),
                9,
                9,
                List.of(new Routes.Function("web", 1, true, List.of("app-" + number), 1_000, serving, "", false)));
    }

    @Test
    void thereIsAlwaysOne() {
        assertThat(parts(List.of())).hasSize(1).allMatch(part -> part.getAppsCount() == 0);
        assertThat(parts(List.of(app(1, 1)))).hasSize(1);
    }

    /** More than one message of gRPC may have. */
    @Test
    void everyAppIsInOneOfThemAndNoneOfThemIsLarge() {
        List<Routes> apps =
                IntStream.range(0, 6_000).mapToObj(number -> app(number, 100)).toList();
        List<RouteTable> parts = parts(apps);
        assertThat(parts.stream().mapToLong(RouteTable::getSerializedSize).sum())
                .isGreaterThan(16 << 20);
        assertThat(parts).allMatch(part -> part.getSerializedSize() < RouteParts.PART_BYTES + 5_000);
        assertThat(parts.stream()
                        .flatMap(part -> part.getAppsList().stream())
                        .map(AppRoutes::getApp)
                        .toList())
                .containsExactlyElementsOf(
                        apps.stream().map(routes -> routes.app().app()).toList());
    }
}
