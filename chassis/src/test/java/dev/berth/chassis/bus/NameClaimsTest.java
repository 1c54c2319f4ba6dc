package dev.berth.chassis.bus;

import static dev.berth.chassis.bus.NameClaims.Act.ANSWER;
import static dev.berth.chassis.bus.NameClaims.Act.GIVE_WAY;
import static dev.berth.chassis.bus.NameClaims.Act.NOTHING;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NameClaimsTest {
    private final NameClaims earlier = new NameClaims("000000000000001-a", "a");
    private final NameClaims later = new NameClaims("000000000000002-b", "b");

    @Test
    void whoWorksKeepsTheNameFromOneThatStarts() {
        earlier.take();
        assertThat(earlier.hear(later.own())).isEqualTo(ANSWER);
        assertThat(later.hear(earlier.own())).isEqualTo(GIVE_WAY);
    }

    /** Its host's clock may be behind. */
    @Test
    void whoWorksKeepsTheNameAlsoFromOneThatSaysItIsEarlier() {
        later.take();
        assertThat(later.hear(earlier.own())).isEqualTo(ANSWER);
        assertThat(earlier.hear(later.own())).isEqualTo(GIVE_WAY);
    }

    @Test
    void ofTwoThatStartTheEarlierGoesOn() {
        assertThat(earlier.hear(later.own())).isEqualTo(ANSWER);
        assertThat(later.hear(earlier.own())).isEqualTo(GIVE_WAY);
    }

    @Test
    void ofTwoThatWorkTheEarlierGoesOn() {
        earlier.take();
        later.take();
        assertThat(earlier.hear(later.own())).isEqualTo(ANSWER);
        assertThat(later.hear(earlier.own())).isEqualTo(GIVE_WAY);
    }

    @Test
    void itsOwnClaimSaysNothing() {
        assertThat(earlier.hear(earlier.own())).isEqualTo(NOTHING);
        NameClaims.Claim before = earlier.own();
        earlier.take();
        assertThat(earlier.hear(before)).isEqualTo(NOTHING);
    }
}
