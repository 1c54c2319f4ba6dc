package dev.berth.registry.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class ManifestTextTest {
    @Test
    void yamlAndJsonAreRead() {
        assertThat(ManifestText.parse("app: x")).isInstanceOf(ManifestText.Parsed.Tree.class);
        assertThat(ManifestText.parse("{\"app\": \"x\"}")).isInstanceOf(ManifestText.Parsed.Tree.class);
    }

    @Test
    void brokenTextSaysWhere() {
        assertThat(((ManifestText.Parsed.Broken) ManifestText.parse("app: [x")).message()).contains("line ");
        assertThat(((ManifestText.Parsed.Broken) ManifestText.parse("app: x\napp: y")).message())
                .contains("duplicate key");
    }

    @Test
    void bombsAreRefusedQuickly() {
        StringBuilder laughs = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 12; i++) {
            laughs.append("a").append(i).append(": &a").append(i).append(" [").append(("*a" + (i - 1) + ", ").repeat(8))
                    .append("*a").append(i - 1).append("]\n");
        }
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(5), () -> {
            assertThat(ManifestText.parse(laughs.toString())).isInstanceOf(ManifestText.Parsed.Broken.class);
            assertThat(ManifestText.parse("[".repeat(100_000))).isInstanceOf(ManifestText.Parsed.Broken.class);
            assertThat(ManifestText.parse("{\"a\":".repeat(5_000))).isInstanceOf(ManifestText.Parsed.Broken.class);
            assertThat(ManifestText.parse("x".repeat(2_000_000))).isInstanceOf(ManifestText.Parsed.Broken.class);
            assertThat(ManifestText.parse("&a [*a]")).isInstanceOf(ManifestText.Parsed.Broken.class);
        });
    }
}
