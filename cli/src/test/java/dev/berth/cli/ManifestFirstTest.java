package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of a bad manifest one hears without a token and without a gateway. */
class ManifestFirstTest {
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final PrintStream before = System.err;

    @TempDir
    Path folder;

    @BeforeEach
    void listen() {
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void stopListening() {
        System.setErr(before);
    }

    private String refusal(String verb, String manifest) throws IOException {
        said.reset();
        Path file = Files.writeString(folder.resolve("berth.yaml"), manifest);
        assertThat(BerthCommand.run(verb, "-f", file.toString()))
                .as(verb + " " + manifest)
                .isEqualTo(2);
        return said.toString(StandardCharsets.UTF_8);
    }

    @Test
    void deployAndPlanNameTheManifestsFaultsFirst() throws IOException {
        for (String verb : new String[] {"deploy", "plan"}) {
            assertThat(refusal(verb, "app: x\nenv: {A: [}\n"))
                    .contains("line 2")
                    .doesNotContain("token");
            assertThat(refusal(verb, "functions: {}\n"))
                    .contains("app is missing")
                    .doesNotContain("token");
            assertThat(refusal(verb, "app: x\napp: y\n"))
                    .contains("duplicate key app")
                    .doesNotContain("token");
            assertThat(refusal(verb, "app: x\nsource: nowhere\n"))
                    .contains("nowhere")
                    .doesNotContain("token");
        }
    }

    @Test
    void manifestThatIsNotThereIsAFailure() {
        assertThat(BerthCommand.run("deploy", "-f", folder.resolve("none.yaml").toString()))
                .isEqualTo(1);
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("none.yaml").doesNotContain("token");
    }
}
