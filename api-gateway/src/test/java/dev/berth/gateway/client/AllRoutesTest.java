package dev.berth.gateway.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.berth.protocol.v1.AppRoutes;
import dev.berth.protocol.v1.RouteTable;
import org.junit.jupiter.api.Test;

class AllRoutesTest {
    private final AllRoutes routes = new AllRoutes();

    private static RouteTable part(long epoch, long sequence, String app, boolean last) {
        return RouteTable.newBuilder()
                .setEpoch(epoch)
                .setSequence(sequence)
                .setKeepUnknown(true)
                .setLast(last)
                .addApps(AppRoutes.newBuilder().setEnvironment("main").setApp(app))
                .build();
    }

    @Test
    void partsOfOneAnswerAreOne() {
        routes.add(part(3, 9, "a", false));
        assertThat(routes.whole())
                .as("cut short here, the others would be taken for gone")
                .isFalse();
        routes.add(part(3, 9, "b", true));
        assertThat(routes.whole()).isTrue();
        assertThat(routes.apps())
                .extracting(dev.berth.gateway.routing.RouteTable.Change::app)
                .containsExactly("a", "b");
        assertThat(routes)
                .returns(3L, AllRoutes::epoch)
                .returns(9L, AllRoutes::sequence)
                .returns(true, AllRoutes::mayBeIncomplete);
    }

    @Test
    void noPartIsNoAnswerAndOneWithoutAppsIs() {
        assertThat(routes.whole()).isFalse();
        routes.add(RouteTable.newBuilder().setLast(true).build());
        assertThat(routes.whole()).isTrue();
        assertThat(routes.apps()).isEmpty();
    }

    @Test
    void partsOfSeveralAnswersAreNone() {
        routes.add(part(3, 9, "a", false));
        assertThatIllegalStateException()
                .isThrownBy(() -> routes.add(part(3, 10, "b", true)))
                .withMessageContaining("3/9")
                .withMessageContaining("3/10");
        assertThatIllegalStateException().isThrownBy(() -> routes.add(part(4, 9, "b", true)));
        routes.add(part(3, 9, "b", true));
        assertThatIllegalStateException().isThrownBy(() -> routes.add(part(3, 9, "c", true)));
    }
}
