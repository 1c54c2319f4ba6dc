package dev.berth.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One owner per label, whatever routes say. */
class LabelOwnersTest {
    private final RouteTable table = new RouteTable();
    private long sequence;

    @BeforeEach
    void nothingYet() {
        sequence = 1;
        table.load(1, 1, List.of(), false, 0);
    }

    private static RouteTable.Change change(String app, long sequence, String... labels) {
        RouteTable.Function web = new RouteTable.Function(
                "web",
                1,
                true,
                List.of(labels),
                1_000,
                List.of(new RouteTable.Target(app + "-1", "host", 1, OptionalLong.empty())),
                "",
                false);
        return new RouteTable.Change(
                1, sequence, sequence - 1, "main", app, labels.length == 0 ? List.of() : List.of(web));
    }

    private void routes(String app, String... labels) {
        sequence++;
        assertThat(table.apply(change(app, sequence, labels), 0)).isEqualTo(RouteTable.Applied.DONE);
    }

    private String owner(String label) {
        AppRoute app = table.app(label);
        return app == null
                ? null
                : app.function(label).claim(null, 0, new Random(1)).backend().id;
    }

    @Test
    void ownerKeepsItsLabelWhoeverElseNamesIt() {
        routes("first", "shop");
        routes("second", "shop", "other");
        assertThat(owner("shop")).isEqualTo("first-1");
        assertThat(owner("other")).isEqualTo("second-1");
        routes("second", "shop", "other");
        routes("first", "shop");
        assertThat(owner("shop")).isEqualTo("first-1");
        assertThat(table.contests())
                .containsExactlyInAnyOrder(
                        new RouteTable.Contest("shop", "main/first", "main/second"),
                        new RouteTable.Contest("v1--shop", "main/first", "main/second"));
    }

    @Test
    void whoWasDeniedALabelTakesItFromNobodyWhenItGoes() {
        routes("first", "shop");
        routes("second", "shop");
        routes("second");
        assertThat(owner("shop")).isEqualTo("first-1");
        assertThat(table.contests()).isEmpty();
        routes("first");
        assertThat(table.app("shop")).isNull();
    }

    @Test
    void labelThatIsGivenUpGoesToWhoWaitsLongest() {
        routes("first", "shop", "mine");
        routes("second", "shop");
        routes("third", "shop");
        routes("first", "mine");
        assertThat(owner("shop")).isEqualTo("second-1");
        assertThat(owner("mine")).isEqualTo("first-1");
        routes("second");
        assertThat(owner("shop")).isEqualTo("third-1");
        routes("third");
        assertThat(table.app("shop")).isNull();
        assertThat(table.contests()).isEmpty();
    }

    /** An environment v1 has labels that look like staged ones of another. */
    @Test
    void stagedLabelIsClaimedLikeAnyOther() {
        routes("bazaar-of-v1", "v1--bazaar");
        routes("bazaar", "bazaar");
        assertThat(owner("v1--bazaar")).isEqualTo("bazaar-of-v1-1");
        routes("bazaar");
        assertThat(owner("v1--bazaar")).isEqualTo("bazaar-of-v1-1");
    }

    @Test
    void labelThatMovesWithinOneReadingFindsItsNewOwnerInWhateverOrderTheyCome() {
        routes("from", "shop", "mine");
        table.load(1, 9, List.of(change("to", 9, "shop"), change("from", 9, "mine")), false, 0);
        assertThat(owner("shop")).isEqualTo("to-1");
        table.load(1, 10, List.of(change("to", 10, "its"), change("from", 10, "mine", "shop")), false, 0);
        assertThat(owner("shop")).isEqualTo("from-1");
        assertThat(table.contests()).isEmpty();
    }
}
