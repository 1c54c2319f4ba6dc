package dev.berth.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestFileTest {
    @TempDir
    Path folder;

    private ManifestFile read(byte[] bytes) throws IOException {
        return ManifestFile.read(Files.write(folder.resolve("berth.yaml"), bytes));
    }

    private ManifestFile read(String text) throws IOException {
        return read(text.getBytes(StandardCharsets.UTF_8));
    }

    private void assertWrong(byte[] bytes, String path, String... words) {
        assertThatThrownBy(() -> read(bytes)).isInstanceOfSatisfying(BerthException.class, refusal -> {
            assertThat(refusal.status()).as("wrong use").isEqualTo(422);
            assertThat(refusal.problems()).singleElement().satisfies(problem -> {
                assertThat(problem.path()).isEqualTo(path);
                assertThat(problem.message()).contains(words);
            });
        });
    }

    private void assertWrong(String text, String path, String... words) {
        assertWrong(text.getBytes(StandardCharsets.UTF_8), path, words);
    }

    @Test
    void textGoesOnAsItIsWritten() throws IOException {
        String text = "app: hello\nenv: {A: 1.10, B: 1e10}\n";
        assertThat(read(text)).isEqualTo(new ManifestFile(text, "hello", java.util.Optional.empty()));
        assertThat(read("{\"app\": \"hello\"}").app()).isEqualTo("hello");
        assertThat(read("env: {}").app()).isEmpty();
    }

    @Test
    void brokenTextSaysWhereBeforeAnythingIsSent() {
        assertWrong("app: x\nfunctions:\n  web: port: 3\n", "", "line 3, column 12", "web: port: 3");
        assertWrong("app: x\nenv: {A: 1}\nenv: {B: 2}\n", "env", "line 3", "duplicate key");
        assertWrong("just some words", "", "must be a mapping that starts with app:");
        assertWrong("", "", "must be a mapping that starts with app:");
        assertWrong("- app", "", "must be a mapping that starts with app:");
    }

    @Test
    void textInAnotherEncodingIsNamedByItsLine() {
        assertWrong("app: x\nenv: {A: Grüße}\n".getBytes(StandardCharsets.ISO_8859_1), "", "not UTF-8 at line 2");
        assertWrong("app: x\n".getBytes(StandardCharsets.UTF_16), "", "not UTF-8 at line 1");
    }

    @Test
    void fileThatIsMissingIsSaid() {
        assertThatThrownBy(() -> ManifestFile.read(folder.resolve("none.yaml")))
                .isInstanceOf(BerthException.class)
                .hasMessageContaining("there is no")
                .hasMessageContaining("-f");
        assertThat(List.of(folder.toFile().list())).isEmpty();
    }
}
