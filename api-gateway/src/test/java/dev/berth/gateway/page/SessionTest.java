package dev.berth.gateway.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.protocol.name.SessionName;
import org.junit.jupiter.api.Test;

class SessionTest {
    private final Session session = new Session("berth_tøken; x=\"1\"", "5e55");

    @Test
    void aCookieGivesTheSessionBack() {
        assertThat(Session.of(session.value())).contains(session);
        assertThat(session.value()).as("what a cookie can hold").matches("[A-Za-z0-9._-]+");
    }

    @Test
    void whatIsNoneOfOursIsNoSession() {
        for (String cookie : new String[] {"", ".", "abc", "abc.", ".abc", "a b.c", "$$.x", "a".repeat(700) + ".x"}) {
            assertThat(Session.of(cookie)).as(cookie).isEmpty();
        }
    }

    @Test
    void changesNeedTheTokenOfThisVerySession() {
        assertThat(session.allows(session.csrf())).isTrue();
        assertThat(session.allows(null)).isFalse();
        assertThat(session.allows("")).isFalse();
        assertThat(session.allows(new Session(session.secret(), "other").csrf()))
                .isFalse();
        assertThat(session.allows(new Session("other", session.id()).csrf())).isFalse();
    }

    /** The front door knows the name by this part. */
    @Test
    void bothNamesHaveThePartThatAppsNeverSee() {
        assertThat(SessionName.PLAIN).isEqualTo("berth_session");
        assertThat(SessionName.UNDER_TLS).endsWith("berth_session");
    }

    @Test
    void logInLeadsToPagesOfThisHostAlone() {
        assertThat(LogInPages.local("/apps/main/hello?x=1&y=%20")).isEqualTo("/apps/main/hello?x=1&y=%20");
        for (String elsewhere : new String[] {
            null, "", "//evil.example", "/\\evil.example", "https://evil.example", "/-/app/", "/a b", "/\t/evil.example"
        }) {
            assertThat(LogInPages.local(elsewhere)).as(elsewhere).isEqualTo("/");
        }
    }
}
