package dev.berth.protocol.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What relies on the names of metrics names those that there are. */
class MetricTest {
    private static final Pattern NAME = Pattern.compile("berth_[a-z_]+");
    private static final String RULES = "deploy/prometheus/berth.rules.yml";

    private static Path file(String path) {
        return Path.of("..").resolve(path);
    }

    private static Stream<String> texts(Metric metric) {
        return metric.type == Metric.Type.HISTOGRAM
                ? Stream.of("", "_bucket", "_sum", "_count").map(end -> metric.text + end)
                : Stream.of(metric.text);
    }

    @ParameterizedTest
    @ValueSource(strings = {RULES, "docs/metrics.md"})
    void everyMetricThatIsNamedExists(String path) throws IOException {
        Set<String> known =
                Arrays.stream(Metric.values()).flatMap(MetricTest::texts).collect(Collectors.toSet());
        Set<String> named = new TreeSet<>();
        for (Matcher at = NAME.matcher(Files.readString(file(path))); at.find(); ) {
            named.add(at.group());
        }
        assertThat(named).isNotEmpty();
        assertThat(known).containsAll(named);
    }

    @Test
    void documentHasEveryMetricWithItsLabels() throws IOException {
        String document = Files.readString(file("docs/metrics.md"));
        for (Metric metric : Metric.values()) {
            String labels =
                    metric.labels.stream().map(label -> "`" + label + "`").collect(Collectors.joining(", "));
            assertThat(document).contains("| `" + metric.text + "` |" + (labels.isEmpty() ? "" : " " + labels));
        }
    }

    @Test
    void noLabelHasNoBound() {
        assertThat(Arrays.stream(Metric.values()).flatMap(metric -> metric.labels.stream()))
                .doesNotContain("container", "path", "user");
    }

    @Test
    void promtoolTakesTheRules() throws Exception {
        boolean there = Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "promtool")));
        assumeTrue(there, "there is no promtool (Debian: prometheus), so the rules are not checked by it");
        Process check = new ProcessBuilder(
                        "promtool", "check", "rules", file(RULES).toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(check.waitFor()).as(said).isZero();
    }
}
