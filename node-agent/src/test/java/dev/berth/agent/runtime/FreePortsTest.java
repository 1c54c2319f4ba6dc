package dev.berth.agent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FreePortsTest {
    private static final PortRange RANGE = new PortRange(100, 104);
    private final FreePorts ports = new FreePorts(RANGE, 0);

    private int take(Integer... kept) {
        return ports.take(Set.of(kept), port -> true).orElse(0);
    }

    @Test
    void portThatWasUnusedForLongestComesFirst() {
        assertThat(take()).isEqualTo(100);
        ports.giveBack(100);
        assertThat(take()).isEqualTo(101);
        ports.hold(103);
        assertThat(take()).isEqualTo(102);
        ports.giveBack(101);
        assertThat(take()).isEqualTo(104);
        assertThat(take()).isEqualTo(100);
        assertThat(take()).isEqualTo(101);
        assertThat(take()).as("all are held").isZero();
        ports.giveBack(103);
        assertThat(take()).isEqualTo(103);
    }

    @Test
    void afterARestartItGoesOnBehindTheLastOne() {
        FreePorts restarted = new FreePorts(RANGE, 102);
        assertThat(restarted.take(Set.of(), port -> true)).hasValue(103);
        assertThat(restarted.take(Set.of(), port -> true)).hasValue(104);
        assertThat(restarted.take(Set.of(), port -> true)).hasValue(100);
        assertThat(new FreePorts(RANGE, 104).take(Set.of(), port -> true)).hasValue(100);
        assertThat(new FreePorts(RANGE, 9_000).take(Set.of(), port -> true)).hasValue(100);
    }

    @Test
    void whatIsKeptOrSomebodyElsesIsPassedOverAndStaysFree() {
        assertThat(take(100, 101)).isEqualTo(102);
        assertThat(ports.take(Set.of(), port -> port > 100)).hasValue(101);
        assertThat(take()).isEqualTo(100);
        assertThat(take(103, 104)).isZero();
    }

    @Test
    void portOfNoneOfItsOwnIsNotGivenBackToIt() {
        ports.hold(8_000);
        ports.giveBack(8_000);
        ports.giveBack(101);
        for (int port = 100; port <= 104; port++) {
            assertThat(take()).isEqualTo(port);
        }
        assertThat(take()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "5-4", "0-9", "1-65536", "a-b", "1-2-3", "100000-100001", " 1-2"})
    void whatIsNoRangeIsRefusedByItsText(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PortRange.parse(text))
                .withMessageContaining("\"" + text + "\" is no range of ports");
    }

    @Test
    void rangeHasBothItsEnds() {
        assertThat(PortRange.parse("20000-31999"))
                .returns(12_000, PortRange::size)
                .matches(range -> range.contains(20_000) && range.contains(31_999) && !range.contains(32_000));
    }
}
