package dev.berth.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.traffic.Backend;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RouteTableTest {
    private final RouteTable table = new RouteTable();

    private static RouteTable.Function function(int version, boolean live, RouteTable.Target... targets) {
        return new RouteTable.Function("web", version, live, List.of("app-web", "app"), 1_000, List.of(targets), "");
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

    private Backend claim(String label) {
        return table.app(label).function(label).claim(null);
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
        assertThat(old.claim()).isFalse();
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
        assertThat(container.claim()).isFalse();
    }

    /** A request may have found it just before. */
    @Test
    void containerThatNoRouteNamesAnyMoreIsNotClaimed() {
        table.load(1, 1, List.of(change(1, 1, function(1, true, target("a"), target("b")))), false, 0);
        FunctionRoute before = table.app("app").function("app");
        table.apply(change(1, 2, function(1, true, target("b"))), 0);
        for (int i = 0; i < 4; i++) {
            assertThat(before.claim(null).id).isEqualTo("b");
        }
        assertThat(table.drains(0)).isEmpty();
        table.apply(change(1, 3), 0);
        assertThat(before.claim(null)).isNull();
    }

    @Test
    void leastLoadedContainerIsChosen() {
        table.load(1, 1, List.of(change(1, 1, function(1, true, target("a"), target("b")))), false, 0);
        assertThat(claim("app").id).isNotEqualTo(claim("app").id);
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
