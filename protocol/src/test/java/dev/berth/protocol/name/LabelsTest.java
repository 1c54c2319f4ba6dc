package dev.berth.protocol.name;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LabelsTest {
    @Test
    void labelIsAppDashFunction() {
        assertThat(Labels.of("main", "whisper", "api", "", List.of("api", "admin")))
                .containsExactly("whisper-api");
    }

    @Test
    void functionNamedWebAlsoAnswersAtTheApp() {
        assertThat(Labels.of("main", "whisper", "web", "", List.of("web", "admin")))
                .containsExactly("whisper-web", "whisper");
        assertThat(Labels.of("main", "whisper", "admin", "", List.of("web", "admin")))
                .containsExactly("whisper-admin");
    }

    @Test
    void onlyWebFunctionAlsoAnswersAtTheApp() {
        assertThat(Labels.of("main", "whisper", "ui", "", List.of("ui"))).containsExactly("whisper-ui", "whisper");
    }

    @Test
    void otherEnvironmentIsAPrefix() {
        assertThat(Labels.of("staging", "whisper", "web", "", List.of("web")))
                .containsExactly("staging--whisper-web", "staging--whisper");
    }

    @Test
    void chosenLabelReplacesTheOwnOne() {
        assertThat(Labels.of("main", "whisper", "web", "speech", List.of("web")))
                .containsExactly("speech", "whisper");
    }

    @Test
    void chosenLabelMayBeTheAppsAlias() {
        assertThat(Labels.of("main", "whisper", "web", "whisper", List.of("web")))
                .containsExactly("whisper");
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
                .isEqualTo("v12--aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-e3e287")
                .hasSize(63);
    }

    @Test
    void namesThatBeginOtherLabelsAreNoEnvironments() {
        assertThat(List.of("v1", "v0", "v007", "v99999999999", "xn"))
                .noneMatch(Names::validEnvironment)
                .allMatch(Names::valid);
        assertThat(List.of("main", "v", "v1x", "v-1", "v1-2", "1v", "staging", "xn1"))
                .allMatch(Names::validEnvironment);
        assertThat(Names.validEnvironment("a--b")).isFalse();
    }

    /** Whatever names are chosen: what reaches one version only must not be what another app answers under. */
    @Test
    void labelOfOneVersionIsNobodysOwn() {
        List<String> names = List.of("a", "a-b", "b", "b-c", "v", "v1", "v1-a", "v2", "main", "web", "x".repeat(40));
        List<String> labels = new ArrayList<>();
        for (String environment : names.stream().filter(Names::validEnvironment).toList()) {
            for (String app : names) {
                for (String function : names) {
                    labels.addAll(Labels.of(environment, app, function, "", List.of(function)));
                    labels.addAll(Labels.of(environment, app, function, app, List.of(function, "other")));
                }
            }
        }
        assertThat(labels)
                .contains("a--v1", "v1")
                .doesNotContainAnyElementsOf(labels.stream()
                        .flatMap(label -> IntStream.of(1, 2, 12).mapToObj(version -> Labels.staged(version, label)))
                        .toList());
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
