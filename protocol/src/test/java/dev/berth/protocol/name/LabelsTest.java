package dev.berth.protocol.name;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LabelsTest {
    @Test
    void labelIsAppDashFunction() {
        assertThat(Labels.of("main", "whisper", "api", "", List.of("api", "admin"))).containsExactly("whisper-api");
    }

    @Test
    void functionNamedWebAlsoAnswersAtTheApp() {
        assertThat(Labels.of("main", "whisper", "web", "", List.of("web", "admin"))).containsExactly("whisper-web",
                "whisper");
        assertThat(Labels.of("main", "whisper", "admin", "", List.of("web", "admin"))).containsExactly("whisper-admin");
    }

    @Test
    void onlyWebFunctionAlsoAnswersAtTheApp() {
        assertThat(Labels.of("main", "whisper", "ui", "", List.of("ui"))).containsExactly("whisper-ui", "whisper");
    }

    @Test
    void otherEnvironmentIsAPrefix() {
        assertThat(Labels.of("staging", "whisper", "web", "", List.of("web"))).containsExactly("staging--whisper-web",
                "staging--whisper");
    }

    @Test
    void chosenLabelReplacesTheOwnOne() {
        assertThat(Labels.of("main", "whisper", "web", "speech", List.of("web"))).containsExactly("speech", "whisper");
    }

    /** The vectors of docs/labels.md. */
    @Test
    void longLabelsAreCutAndHashed() {
        String app = "a".repeat(40);
        assertThat(Labels.of("main", app, "f".repeat(22), "", List.of("x", "y")))
                .containsExactly("a".repeat(40) + "-" + "f".repeat(22));
        assertThat(Labels.of("main", app, "f".repeat(23), "", List.of("x", "y")))
                .containsExactly("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-fffffffffffffff-05a342");
        assertThat(Labels.staged(12, "a".repeat(60)))
                .isEqualTo("v12--aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-e3e287").hasSize(63);
    }

    @Test
    void namesWithDoubleDashesOrCapitalsAreRefused() {
        assertThat(Names.valid("a")).isTrue();
        assertThat(Names.valid("a-b2")).isTrue();
        assertThat(Names.valid("a".repeat(40))).isTrue();
        assertThat(Names.valid("a".repeat(41))).isFalse();
        assertThat(Names.valid("a--b")).isFalse();
        assertThat(Names.valid("-a")).isFalse();
        assertThat(Names.valid("a-")).isFalse();
        assertThat(Names.valid("A")).isFalse();
        assertThat(Names.valid("")).isFalse();
    }
}
