package dev.berth.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PartTest {
    private static final String ENCODING = "sun.jnu.encoding";

    private final String own = System.getProperty(ENCODING);

    @AfterEach
    void back() {
        System.setProperty(ENCODING, own);
    }

    private static Map<String, String> settings(String encoding) {
        System.setProperty(ENCODING, encoding);
        Map<String, String> inherited = new HashMap<>(Map.of("LANG", "de_DE.ISO-8859-1", "BERTH_KEY_OWN", "another's"));
        new Part(
                        "registry",
                        List.of("java"),
                        Map.of("BERTH_REGISTRY_PORT", "1"),
                        Optional.empty(),
                        1,
                        "TERM",
                        Path.of("log"))
                .settings(inherited);
        return inherited;
    }

    @Test
    void partOfABerthWithoutAUtf8LocaleGetsOneAndLangStaysForTheApps() {
        assertThat(settings("ANSI_X3.4-1968"))
                .containsEntry("LC_ALL", "C.UTF-8")
                .containsEntry("LANG", "de_DE.ISO-8859-1")
                .doesNotContainKey("BERTH_KEY_OWN");
        assertThat(settings("UTF-8")).doesNotContainKey("LC_ALL").containsEntry("LANG", "de_DE.ISO-8859-1");
    }
}
