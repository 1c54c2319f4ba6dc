package dev.berth.registry.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.registry.app.Deploy;
import dev.berth.registry.app.Manifest;
import dev.berth.registry.app.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProposalTest {
    private static Proposal proposal(String manifest) {
        return Proposal.of(new Deploy("main", manifest, new Manifest.Overrides("", ""), "", "ada", "", "", false));
    }

    private static List<Problem> problems(String manifest) {
        return ((Proposal.Refused) proposal(manifest)).problems();
    }

    private static String manifest(String env, String command) {
        return "app: large\nenv: {A: \"" + env + "\"}\nfunctions:\n  web: {web: {}, command: [run, \"" + command
                + "\"]}\n  other: {web: {}, command: [run]}\n";
    }

    @Test
    void containerSpecOverTheLimitIsRefusedByItsPathWithBothNumbers() {
        int most = 512 << 10;
        assertThat(proposal(manifest("x".repeat(most - 200), ""))).isInstanceOf(Proposal.Sound.class);
        assertThat(problems(manifest("x".repeat(most), ""))).singleElement().satisfies(problem -> {
            assertThat(problem.path()).isEqualTo("env");
            assertThat(problem.message())
                    .contains("is too large")
                    .contains("524288 (512 KiB)")
                    .containsPattern("given 5243\\d\\d bytes");
        });
        assertThat(problems(manifest("x", "y".repeat(most))))
                .singleElement()
                .satisfies(problem -> assertThat(problem.path()).isEqualTo("functions.web.command"));
    }

    @Test
    void textThatIsNoYamlIsRefusedWithTheLineThatBreaksIt() {
        assertThat(proposal("app: x\nfunctions:\n  web: port: 3"))
                .isInstanceOfSatisfying(
                        Proposal.Malformed.class,
                        broken -> assertThat(broken.message())
                                .contains("line 3, column 12")
                                .contains("web: port: 3"));
        assertThat(problems("app: x\napp: y")).extracting(Problem::path).containsExactly("app");
        assertThat(problems("just words"))
                .extracting(Problem::message)
                .containsExactly("the manifest must be a mapping that starts with app:");
    }

    @Test
    void sizeIsThatOfBytesNotOfCharacters() {
        assertThat(problems(manifest("€".repeat(200_000), "")))
                .extracting(Problem::path)
                .containsExactly("env");
    }
}
