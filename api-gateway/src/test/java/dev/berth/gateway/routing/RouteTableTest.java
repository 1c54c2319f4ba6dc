package dev.berth.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.traffic.Account;
import dev.berth.gateway.traffic.Backend;
import dev.berth.gateway.traffic.Claim;
import dev.berth.gateway.traffic.Counts;
import dev.berth.gateway.traffic.LiveFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RouteTableTest {
    private static final Counts ROUTE =
            new Account().function("main", "app", "web").counts(1);

    private final RouteTable table = new RouteTable();

    private static RouteTable.Function function(int version, boolean live, RouteTable.Target... targets) {
        return new RouteTable.Function(
                "web", version, live, List.of("app-web", "app"), 1_000, List.of(targets), "", false);
    }

    private static RouteTable.Target target(String id) {
        return new RouteTable.Target(id, "host", 1, OptionalLong.empty());
    }

    private static RouteTable.Target draining(String id, long millis) {
        return new RouteTable.Target(id, "host", 1, OptionalLong.of(millis));
    }

    private static RouteTable.Change change(long epoch, long sequence, RouteTable.Function... functions) {
        return new RouteTable.Change(epoch, sequence, sequence - 1, "main", "app", List.of(functions));
    }

    /** Null where none can be had. */
    private static Backend claim(FunctionRoute route) {
        Claim claim = route.claim(null, 0, new Random(1));
        return claim == null ? null : claim.backend();
    }

    private Backend claim(String label) {
        return claim(table.app(label).function(label));
    }

    @Test
    void cutoverSwitchesAllLabelsAtOnceAndDrainsTheOldOnes() {
        table.load(1, 1, List.of(change(1, 1, function(1, true, target("old")))), false, 0);
        Backend old = claim("app");
        assertThat(table.apply(
                        change(1, 2, function(2, true, target("new")), function(1, false, draining("old", 99))), 0))
                .isEqualTo(RouteTable.Applied.DONE);
        assertThat(claim("app").id).isEqualTo("new");
        assertThat(claim("app-web").id).isEqualTo("new");
        assertThat(old.claim(ROUTE)).isNull();
        assertThat(table.drains(0)).containsOnlyKeys("old");
        assertThat(table.drains(0).get("old").inFlight()).isEqualTo(1);
    }

    @Test
    void stagedVersionIsReachedByItsLabelAlone() {
        table.load(
                1,
                1,
                List.of(change(1, 1, function(1, true, target("old")), function(2, false, target("new")))),
                false,
                0);
        assertThat(claim("app").id).isEqualTo("old");
        assertThat(claim("v2--app").id).isEqualTo("new");
        assertThat(claim("v1--app-web").id).isEqualTo("old");
        assertThat(table.app("v3--app")).isNull();
    }

    @Test
    void versionThatServesIsKnownByItsApp() {
        assertThat(table.live("main", "app")).isZero();
        table.load(
                1,
                1,
                List.of(change(1, 1, function(2, false, target("new")), function(1, true, target("old")))),
                false,
                0);
        assertThat(table.live("main", "app")).isEqualTo(1);
        assertThat(table.live("other", "app")).isZero();
        table.apply(change(1, 2, function(2, true, target("new")), function(1, false, draining("old", 99))), 0);
        assertThat(table.live("main", "app")).isEqualTo(2);
        table.apply(change(1, 3), 0);
        assertThat(table.live("main", "app")).isZero();
    }

    @Test
    void missedChangeIsFoundOut() {
        table.load(1, 1, List.of(change(1, 1, function(1, true, target("a")))), false, 0);
        assertThat(table.apply(change(1, 3, function(2, true, target("b"))), 0)).isEqualTo(RouteTable.Applied.GAP);
        assertThat(claim("app").id).isEqualTo("a");
        assertThat(table.behind(1, 2)).isTrue();
    }

    @Test
    void routesOfADeposedSchedulerAreIgnored() {
        table.load(5, 1, List.of(change(5, 1, function(1, true, target("a")))), false, 0);
        assertThat(table.apply(change(4, 2, function(2, true, target("b"))), 0)).isEqualTo(RouteTable.Applied.STALE);
        assertThat(table.load(4, 9, List.of(), false, 0)).isFalse();
        assertThat(claim("app").id).isEqualTo("a");
    }

    @Test
    void appThatIsGoneLeavesNothing() {
        table.load(1, 1, List.of(change(1, 1, function(1, true, target("a")))), false, 0);
        table.apply(change(1, 2), 0);
        assertThat(table.app("app")).isNull();
        assertThat(table.drains(0)).isEmpty();
        table.load(1, 3, List.of(), false, 0);
        assertThat(table.sequence()).isEqualTo(3);
    }

    @Test
    void appThatIsMissingFromAllRoutesIsGone() {
        table.load(1, 1, List.of(change(1, 1, function(1, true, target("a")))), false, 0);
        Backend container = claim("app");
        table.load(1, 2, List.of(), false, 5);
        assertThat(table.app("app")).isNull();
        assertThat(table.app("app-web")).isNull();
        assertThat(table.app("v1--app")).isNull();
        assertThat(container.claim(ROUTE)).isNull();
    }

    /** A request may have found it just before. */
    @Test
    void containerThatNoRouteNamesAnyMoreIsNotClaimed() {
        table.load(1, 1, List.of(change(1, 1, function(1, true, target("a"), target("b")))), false, 0);
        FunctionRoute before = table.app("app").function("app");
        table.apply(change(1, 2, function(1, true, target("b"))), 0);
        for (int i = 0; i < 4; i++) {
            assertThat(claim(before).id).isEqualTo("b");
        }
        assertThat(table.drains(0)).isEmpty();
        table.apply(change(1, 3), 0);
        assertThat(claim(before)).isNull();
    }

    @Test
    void leastLoadedContainerIsChosen() {
        table.load(1, 1, List.of(change(1, 1, function(1, true, target("a"), target("b")))), false, 0);
        assertThat(claim("app").id).isNotEqualTo(claim("app").id);
    }

    @Test
    void functionOutlastsItsRoutes() {
        table.load(1, 1, List.of(change(1, 1, function(1, true, target("old")))), false, 0);
        LiveFunction web = table.app("app").function("app").live();
        web.arrived();
        claim("app");
        table.apply(change(1, 2, function(2, true, target("new")), function(1, false, draining("old", 99))), 0);
        claim("app");
        LiveFunction after = table.app("app").function("app").live();
        assertThat(after)
                .isSameAs(web)
                .isSameAs(table.app("v2--app").function("v2--app").live());
        assertThat(after.arrivals()).isEqualTo(1);
        assertThat(after.inFlight()).isEqualTo(2);
    }

    private final List<String> woken = new ArrayList<>();

    private static RouteTable.Function function(String name, String label, RouteTable.Target... targets) {
        return new RouteTable.Function(name, 1, true, List.of(label), 1_000, List.of(targets), "", false);
    }

    private LiveFunction.Parked park(String label, int most) {
        return table.app(label).function(label).live().park(() -> woken.add(label), 0, most);
    }

    @Test
    void changedRoutesWakeWhoWaitsForTheirFunctionAlone() {
        table.load(1, 1, List.of(change(1, 1, function("web", "web"), function("admin", "admin"))), false, 0);
        park("web", 9);
        park("admin", 9);
        table.apply(change(1, 2, function("web", "web"), function("admin", "admin")), 0);
        assertThat(woken).as("nothing changed").isEmpty();
        table.apply(change(1, 3, function("web", "web", target("a")), function("admin", "admin")), 0);
        assertThat(woken).containsExactly("web");
        table.load(
                1, 4, List.of(change(1, 4, function("web", "web", target("a")), function("admin", "admin"))), false, 0);
        assertThat(woken).as("all were read again").containsExactly("web");
        FunctionRoute admin = table.app("admin").function("admin");
        table.apply(change(1, 5, function("web", "web", target("a")), function("admin", "admin", draining("b", 9))), 0);
        assertThat(table.app("admin").function("admin")).isSameAs(admin);
        table.apply(
                change(
                        1,
                        6,
                        function("web", "web", target("a")),
                        new RouteTable.Function(
                                "admin", 1, true, List.of("admin"), 1_000, List.of(), "no room", false)),
                0);
        assertThat(woken).as("another reason").containsExactly("web", "admin");
    }

    @Test
    void whoWaitsUnderALabelThatLeadsNowhereAnyMoreIsWoken() {
        table.load(1, 1, List.of(change(1, 1, function("web", "web"), function("admin", "admin"))), false, 0);
        AppRoute app = table.app("web");
        park("admin", 9);
        park("web", 9);
        table.apply(change(1, 2, function("web", "shop")), 0);
        assertThat(woken).containsExactlyInAnyOrder("admin", "web");
        assertThat(app.function("web")).isNull();
        park("shop", 9);
        table.load(1, 3, List.of(), false, 0);
        assertThat(woken).containsExactlyInAnyOrder("admin", "web", "shop");
    }

    @Test
    void boundOfTheParkedHoldsForAnAppWhicheverFunctionTheyWaitFor() {
        table.load(1, 1, List.of(change(1, 1, function("web", "web"), function("admin", "admin"))), false, 0);
        park("web", 2);
        LiveFunction.Parked second = park("admin", 2);
        assertThat(park("web", 2)).isNull();
        assertThat(park("admin", 2)).isNull();
        second.leave();
        assertThat(park("web", 2)).isNotNull();
        table.apply(change(1, 2, function("web", "web", target("a")), function("admin", "admin")), 0);
        assertThat(park("admin", 2)).isNotNull();
        assertThat(park("admin", 2)).isNotNull();
        assertThat(park("admin", 2)).isNull();
    }

    @Test
    void labelsAreFoundInHostsAndPaths() {
        Hosts hosts = new Hosts("apps.example.com");
        assertThat(hosts.label("hello.apps.example.com")).isEqualTo("hello");
        assertThat(hosts.label("HELLO.Apps.Example.Com")).isEqualTo("hello");
        assertThat(hosts.label("a.b.apps.example.com")).isNull();
        assertThat(hosts.label("apps.example.com")).isNull();
        assertThat(hosts.label("evilapps.example.com")).isNull();
        assertThat(Hosts.labelOfPath("/-/hello/x")).isEqualTo("hello");
        assertThat(Hosts.withoutPrefix("/-/hello/x?y=1", "hello")).isEqualTo("/x?y=1");
        assertThat(Hosts.withoutPrefix("/-/hello?y=1", "hello")).isEqualTo("/?y=1");
        assertThat(Hosts.labelOfPath("/-/hello?x=/-/other/")).isEqualTo("hello");
        assertThat(Hosts.labelOfPath("/-/")).isNull();
        assertThat(Hosts.labelOfPath("/v1/nodes")).isNull();
    }

    @Test
    void wholeUrlInPlaceOfAPathNamesItsHost() {
        assertThat(Hosts.target("http://a.localhost:8080/x?y=/z"))
                .isEqualTo(new Hosts.Target("a.localhost:8080", "/x?y=/z"));
        assertThat(Hosts.target("HTTPS://a.localhost?y")).isEqualTo(new Hosts.Target("a.localhost", "/?y"));
        assertThat(Hosts.target("http://a.localhost")).isEqualTo(new Hosts.Target("a.localhost", "/"));
        for (String none : List.of("", "x", "http:", "http://", "http:///x", "ftp://a/", "http://user@a/", "a:80")) {
            assertThat(Hosts.target(none)).as(none).isNull();
        }
    }
}
