package dev.berth.protocol.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestTextTest {
    private static Object tree(String text) {
        ManifestText.Parsed parsed = ManifestText.parse(text);
        assertThat(parsed).isInstanceOf(ManifestText.Parsed.Tree.class);
        return ((ManifestText.Parsed.Tree) parsed).value();
    }

    private static List<ManifestText.Fault> faults(String text) {
        ManifestText.Parsed parsed = ManifestText.parse(text);
        assertThat(parsed).as(text).isInstanceOf(ManifestText.Parsed.Broken.class);
        return ((ManifestText.Parsed.Broken) parsed).faults();
    }

    private static String fault(String text) {
        ManifestText.Parsed parsed = ManifestText.parse(text);
        assertThat(parsed).as(text).isInstanceOf(ManifestText.Parsed.Malformed.class);
        return ((ManifestText.Parsed.Malformed) parsed).message();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.10",
                "0.0001",
                "1e10",
                "1E-5",
                "10000000.0",
                "-0",
                "-0.0",
                "+1",
                "1.",
                ".5",
                "007",
                "3.14159265358979323846",
                "12345678901234567890",
                "0x1F",
                "0o17",
                "1_000",
                "2026-01-02",
                "12:30:45",
                "yes",
                "no",
                "on",
                "off",
                "true",
                "True",
                "FALSE",
                ".inf",
                ".NaN",
                "1.2.3",
                "1e400"
            })
    void scalarsKeepTheTextThatTheyWereWrittenAs(String scalar) {
        assertThat(String.valueOf(((Map<?, ?>) tree("a: " + scalar)).get("a"))).isEqualTo(scalar);
        assertThat(String.valueOf(((List<?>) tree("- " + scalar + " # as it is")).getFirst()))
                .isEqualTo(scalar);
        assertThat(String.valueOf(((Map<?, ?>) tree("{\"a\": " + scalar + "}")).get("a")))
                .isEqualTo(scalar);
        assertThat(((Map<?, ?>) tree("\"" + scalar + "\": x")).get(scalar)).isEqualTo("x");
    }

    @Test
    void whatYamlTakesForANumberIsOne() {
        assertThat(tree("[3, -0, 1.5, true, 0x1F]"))
                .isEqualTo(List.of(
                        new Scalar(3, "3"),
                        new Scalar(0, "-0"),
                        new Scalar(1.5, "1.5"),
                        new Scalar(true, "true"),
                        new Scalar(31, "0x1F")));
        assertThat(tree("['3', \"1.5\", !!str 7, yes, 2026-01-02]"))
                .isEqualTo(List.of("3", "1.5", "7", "yes", "2026-01-02"));
    }

    @Test
    void nullsAreNulls() {
        assertThat(tree("[~, null, Null, !!null '']")).isEqualTo(Arrays.asList(null, null, null, null));
        assertThat(((Map<?, ?>) tree("a:")).get("a")).isNull();
        assertThat(tree("")).isNull();
        assertThat(tree("# nothing")).isNull();
    }

    @Test
    void yamlAndJsonAreRead() {
        assertThat(tree("app: x")).isEqualTo(Map.of("app", "x"));
        assertThat(tree("{\n\t\"app\": \"x\\u00e9\\/\",\n\t\"l\": [1]}"))
                .isEqualTo(Map.of("app", "xé/", "l", List.of(new Scalar(1, "1"))));
        assertThat(tree("\ufeffapp: x\r\nenv: {}\r\n")).isEqualTo(Map.of("app", "x", "env", Map.of()));
        assertThat(tree("a: &a [x]\nb: *a")).isEqualTo(Map.of("a", List.of("x"), "b", List.of("x")));
    }

    /** Each is one text to whoever wrote it, and to YAML another or none. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\"\n:\n1.10}",
                "\t{\t\"a\"\t:\t1.10\t}\t",
                "\r\n{\r\n\"a\":1.10\r\n}\r\n",
                "{\"a\":1.10}",
                "{\"a\" :1.10,\"b\":[ ]\n,\n\"c\":{}}",
                "{\"\\u0061\":1.10}"
            })
    void jsonIsReadAsJson(String json) {
        assertThat(((Map<?, ?>) tree(json)).get("a")).isEqualTo(new Scalar(1.1, "1.10"));
    }

    @Test
    void jsonsTextArrivesAsItIs() {
        assertThat(
                        tree(
                                "[\"\\/ \\b\\f\\n\\r\\t\\\"\\\\ \\u00e9 \\ud83d\\ude00 \\u0000 \u007f \u0085 \u2028 \uffff # : - 'x' *a &b !c\"]"))
                .isEqualTo(
                        List.of("/ \b\f\n\r\t\"\\ é \ud83d\ude00 \0 \u007f \u0085 \u2028 \uffff # : - 'x' *a &b !c"));
        String longKey = "k".repeat(5_000);
        assertThat(tree("{\"" + longKey + "\": \"1.10\"}")).isEqualTo(Map.of(longKey, "1.10"));
        assertThat(tree("[null, true, {}, [], \"null\", \"~\"]"))
                .isEqualTo(Arrays.asList(null, new Scalar(true, "true"), Map.of(), List.of(), "null", "~"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.10",
                "1e10",
                "1E+2",
                "1.0",
                "0.0001",
                "-0",
                "-0.0",
                "12345678901234567890",
                "123456789012345678901234567890.123456789",
                "1e400",
                "0",
                "3.14159265358979323846"
            })
    void jsonsNumbersAreThoseOfYaml(String number) {
        assertThat(tree("{\"a\":" + number + "}")).isEqualTo(tree("a: " + number));
        assertThat(tree("[" + number + "," + number + "]")).isEqualTo(tree("- " + number + "\n- " + number));
    }

    @Test
    void yamlThatBeginsLikeJsonIsReadAsYaml() {
        assertThat(tree("{app: x, env: {A: 1.10,}, # as it is\n}"))
                .isEqualTo(Map.of("app", "x", "env", Map.of("A", new Scalar(1.1, "1.10"))));
        assertThat(fault("{\"app\": \"x\"} {\"app\": \"y\"}")).contains("line 1");
        assertThat(fault("{\"app\": \"x\",\n \"env\": {\"A\": tru\"}")).contains("line ");
    }

    @Test
    void halfOfACharacterIsRefusedByItsPath() {
        for (String env : List.of(
                "{\"env\": {\"A\": \"\\ud83d\"}}", "env: {A: \"\\ud83d\"}", "{\"env\": {\"A\": \"\\ude00\\ud83d\"}}")) {
            assertThat(faults(env)).singleElement().satisfies(fault -> {
                assertThat(fault.path()).isEqualTo("env.A");
                assertThat(fault.message()).contains("line 1").contains("half of a character");
            });
        }
        assertThat(tree("a: \"\\ud83d\\ude00\"")).isEqualTo(Map.of("a", "\ud83d\ude00"));
    }

    @Test
    void duplicatesInJsonAreNamedByPathAndLineAllAtOnce() {
        assertThat(faults("{\"app\": \"x\",\n\"functions\": {\"web\": {\"cpu\": 1,\n\"cpu\": 2}},\n\"app\": \"y\"}"))
                .containsExactly(
                        new ManifestText.Fault(
                                "functions.web.cpu",
                                "is wrong in line 3: duplicate key cpu, which is in line 2 already"),
                        new ManifestText.Fault(
                                "app", "is wrong in line 4: duplicate key app, which is in line 1 already"));
    }

    @Test
    void brokenTextSaysWhereItBreaksAndWhatIsWrong() {
        assertThat(fault("app: x\nfunctions:\n  web: port: 3\n"))
                .contains("line 3, column 12")
                .contains("mapping values are not allowed here")
                .contains("web: port: 3");
        assertThat(fault("app: [x\n")).contains("line 2").contains("the text ends there");
        assertThat(fault("app: x\r\nenv: {A: \"b}\r\n")).contains("line ");
        assertThat(fault("app: x\n\tenv: {}\n")).contains("line 2, column 1").contains("TAB");
        assertThat(fault("app: x\n functions: {}\n")).contains("line 2");
        assertThat(fault("app: x\nenv:\n  A: @b\n"))
                .contains("line 3, column 6")
                .contains("A: @b");
        assertThat(fault("app: x\n---\napp: y\n")).contains("line 2");
        assertThat(fault("app: *nobody\n")).contains("line 1, column 6").contains("nobody");
        assertThat(fault("app: x\nenv: {A: \u0001}\n")).contains("line 2").contains("U+0001");
        assertThat(fault("{\"app\": \"x\",\n \"env\" {}}")).contains("line 2");
        assertThat(fault("app: " + "x".repeat(300) + ": y")).hasSizeLessThan(300);
    }

    @Test
    void duplicateKeysAreNamedByPathAndLineAllAtOnce() {
        assertThat(faults("app: x\nfunctions:\n  web:\n    command: [a]\n    command: [b]\napp: y\n"))
                .containsExactly(
                        new ManifestText.Fault(
                                "functions.web.command",
                                "is wrong in line 5: duplicate key command, which is in line 4 already"),
                        new ManifestText.Fault(
                                "app", "is wrong in line 6: duplicate key app, which is in line 1 already"));
        assertThat(faults("env: {1: a, \"1\": b}"))
                .extracting(ManifestText.Fault::path)
                .containsExactly("env.1");
        assertThat(faults("{\"app\": \"x\", \"app\": \"y\"}"))
                .extracting(ManifestText.Fault::path)
                .containsExactly("app");
    }

    @Test
    void whatAManifestHasNoUseForIsNamedByItsPath() {
        assertThat(faults("env: {A: !secret x}"))
                .extracting(ManifestText.Fault::path)
                .containsExactly("env.A");
        assertThat(faults("command: [a, !!int b]"))
                .extracting(ManifestText.Fault::path)
                .containsExactly("command[1]");
        assertThat(faults("env: {[a]: b}")).extracting(ManifestText.Fault::path).containsExactly("env");
        assertThat(faults("env: !!set {a}"))
                .extracting(ManifestText.Fault::path)
                .containsExactly("env");
    }

    @Test
    void bombsAreRefusedQuickly() {
        StringBuilder laughs = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 12; i++) {
            laughs.append("a")
                    .append(i)
                    .append(": &a")
                    .append(i)
                    .append(" [")
                    .append(("*a" + (i - 1) + ", ").repeat(8))
                    .append("*a")
                    .append(i - 1)
                    .append("]\n");
        }
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(5), () -> {
            for (String text : List.of(
                    laughs.toString(),
                    "[".repeat(100_000),
                    "{\"a\":".repeat(5_000),
                    "x".repeat(2_000_000),
                    "&a [*a]",
                    "&a {b: *a}",
                    "? ".repeat(50_000),
                    "- ".repeat(50_000))) {
                assertThat(ManifestText.parse(text)).isInstanceOf(ManifestText.Parsed.Malformed.class);
            }
        });
    }
}
