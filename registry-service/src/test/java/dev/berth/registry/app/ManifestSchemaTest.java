package dev.berth.registry.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.berth.protocol.manifest.ManifestText;
import dev.berth.protocol.manifest.Scalar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The schema that editors have says what the registry says. */
class ManifestSchemaTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern EXAMPLE = Pattern.compile("(?m)^```ya?ml\n(app:[\\s\\S]*?)^```");

    private final JsonSchema schema =
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(ManifestSchema.text());

    /** Written anew by: ./mvnw -pl registry-service -am test -Dtest=ManifestSchemaTest -Dschema=write */
    @Test
    void documentedSchemaIsThis() throws IOException {
        Path file = Path.of("../docs/berth.schema.json");
        if ("write".equals(System.getProperty("schema"))) {
            Files.writeString(file, ManifestSchema.text());
        }
        assertThat(file).hasContent(ManifestSchema.text());
    }

    private static Object tree(String manifest) {
        return ((ManifestText.Parsed.Tree) ManifestText.parse(manifest)).value();
    }

    private static Object plain(Object value) {
        return switch (value) {
            case Scalar scalar -> scalar.value();
            case Map<?, ?> map -> {
                Map<String, Object> all = new LinkedHashMap<>();
                map.forEach((key, entry) -> all.put(String.valueOf(key), plain(entry)));
                yield all;
            }
            case List<?> list -> list.stream().map(ManifestSchemaTest::plain).toList();
            default -> value;
        };
    }

    private Set<ValidationMessage> faults(String manifest) {
        return schema.validate(JSON.valueToTree(plain(tree(manifest))));
    }

    private static List<Problem> problems(String manifest) {
        return switch (Manifest.read("main", tree(manifest), new Manifest.Overrides("", ""))) {
            case Manifest.Result.Valid valid -> List.of();
            case Manifest.Result.Invalid invalid -> invalid.problems();
        };
    }

    private static Set<String> keys(JsonNode mapping) {
        Set<String> keys = new TreeSet<>();
        mapping.path("properties").fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    /** As the reader names them where it knows a key of no such name. */
    private static Set<String> known(String manifest) {
        String words = problems(manifest).stream()
                .filter(problem -> problem.path().endsWith("0123456789"))
                .map(Problem::message)
                .findFirst()
                .orElseThrow();
        return new TreeSet<>(
                Arrays.asList(words.replaceFirst(".*known here: ", "").split(", ")));
    }

    @Test
    void keysAreThoseThatAreRead() {
        JsonNode app = schema.getSchemaNode();
        JsonNode function = app.path("properties").path("functions").path("additionalProperties");
        JsonNode ulimits = function.path("properties").path("ulimits");
        String head = "app: a\nimage: b\nfunctions: {web: {";
        assertThat(keys(app)).isEqualTo(known("app: a\n'0123456789': b\nfunctions: {web: {web: {}}}"));
        assertThat(keys(function)).isEqualTo(known(head + "web: {}, '0123456789': b}}"));
        assertThat(keys(function.path("properties").path("web"))).isEqualTo(known(head + "web: {'0123456789': b}}}"));
        assertThat(keys(ulimits)).isEqualTo(known(head + "web: {}, ulimits: {'0123456789': b}}}"));
        assertThat(keys(ulimits.path("properties").path("nofile").path("anyOf").path(1)))
                .isEqualTo(known(head + "web: {}, ulimits: {nofile: {soft: 1, hard: 1, '0123456789': b}}}}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "cpu | 0.01, 1024, 1 | 0.009, 1025, a, true",
                "memory | 1MiB, 1.5 GB, 16TiB | 512, MiB, 1 parsec",
                "min_containers | 0, 1000 | -1, 1001, 1.5, a",
                "max_containers | 1 | 0, 1001, a",
                "buffer_containers | 0 | 1",
                "timeout | 300s, 500ms, 1.5h | 300, 5 weeks, s",
                "startup_timeout | 2h | 120",
                "stop_grace | 0s | 10",
                "pids | 1, 4194304 | 0, 4194305",
                "read_only | true, false | 'yes', 1",
                "user | app, 1000, '1000:1000', 0, 4294967294 | a b, -1, 4294967295, 'a:', ''",
                "image | 'ghcr.io/acme/whisper:3', nginx | a b, 3, ''",
                "entrypoint | '[a, 1]' | a, '[]', '[[a]]'",
                "command | '[a, 1.10, true]' | a, '[]', '[{a: b}]'",
                "working_dir | /x | x, 3",
                "network | bridge, host | none",
                "shm_size | 64MiB | 64",
                "volumes | '[]', '[/a:/b]', '[/a:/b:rw, /c:/d:ro]' | /a:/b, '[/a]', '[/a:/b:rx]', '[a:/b]', '[/a:/]'",
                "ulimits | '{}', '{nofile: -1}', '{core: {soft: 0, hard: 1125899906842624}}' | "
                        + "'{nofile: -2}', '{nofile: 1125899906842625}', '{core: {soft: 0}}', '{files: 1}', 3",
                "gpu | '[]' | 1",
                "schedule | '[]' | '[a]'",
                "call |  | '{}'",
                "job |  | '{}'",
                "web | '{}', '{port: 1}', '{port: 65535}', '{readiness: /a}', '{label: a-b}', '{label: \"\"}', '{protocol: http1}', '{protocol: h2c}' | "
                        + "'{port: 0}', '{port: 65536}', '{readiness: a}', '{label: A}', '{protocol: h2}', '{auth: a}', 3"
            })
    void functionsValueIsGoodWhereItIsGoodForTheReader(String key, String good, String bad) {
        String others = (key.equals("web") ? "" : ", web: {}") + (key.equals("image") ? "" : ", image: b");
        agree("app: a\nfunctions: {f: {" + key + ": %s" + others + "}}", good, bad);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "app: %s\\nfunctions: {f: {web: {}, command: [a]}} | a, a-1 | A, a--b, -a, ''",
                "strategy: %s\\napp: a\\nfunctions: {f: {web: {}, command: [a]}} | rolling, recreate | swap, none",
                "secrets: %s\\napp: a\\nfunctions: {f: {web: {}, command: [a]}} | '[]' | '[a]'",
                "env: %s\\napp: a\\nfunctions: {f: {web: {}, command: [a]}} | '{}', '{A: 1, b: true, _: x}' | '{1: a}', '{A: []}', 3",
                "source: %s\\napp: a\\nfunctions: {f: {web: {}, command: [a]}} | . | 3",
                "app: a\\nfunctions: {%s: {web: {}, command: [a]}} | f, f-1 | F, a_b",
                "app: a\\nfunctions: %s | '{f: {web: {}, command: [a]}}' | '{}', '[]', '{f: {command: [a]}}'"
            })
    void appsValueIsGoodWhereItIsGoodForTheReader(String manifest, String good, String bad) {
        agree(manifest.replace("\\n", "\n"), good, bad);
    }

    private void agree(String manifest, String good, String bad) {
        for (String value : values(good)) {
            assertThat(problems(manifest.formatted(value))).as(value).isEmpty();
            assertThat(faults(manifest.formatted(value))).as(value).isEmpty();
        }
        for (String value : values(bad)) {
            assertThat(problems(manifest.formatted(value))).as(value).isNotEmpty();
            assertThat(faults(manifest.formatted(value))).as(value).isNotEmpty();
        }
    }

    /** At the commas outside of quotes, without the quotes around a flow of YAML. */
    private static List<String> values(String list) {
        List<String> values = new ArrayList<>();
        if (list != null) {
            for (String each : list.split(", (?=(?:[^']*'[^']*')*[^']*$)", -1)) {
                boolean flow = each.startsWith("'[") || each.startsWith("'{");
                values.add(flow ? each.substring(1, each.length() - 1) : each);
            }
        }
        return values;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "app: a",
                "functions: {f: {web: {}, command: [a]}}",
                "app: a\nfunctions: {f: {web: {}, comand: [a]}}"
            })
    void whatIsMissingOrUnknownIsSeen(String manifest) {
        assertThat(problems(manifest)).isNotEmpty();
        assertThat(faults(manifest)).isNotEmpty();
    }

    @Test
    void everyExampleIsValid() throws IOException {
        List<String> examples = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of("../examples"))) {
            for (Path each : files.filter(file -> file.endsWith("berth.yaml")).toList()) {
                examples.add(Files.readString(each));
            }
        }
        assertThat(examples).as("in examples").hasSizeGreaterThanOrEqualTo(2);
        try (Stream<Path> docs = Stream.concat(Stream.of(Path.of("../README.md")), Files.walk(Path.of("../docs")))) {
            for (Path each :
                    docs.filter(file -> file.toString().endsWith(".md")).toList()) {
                EXAMPLE.matcher(Files.readString(each)).results().forEach(found -> examples.add(found.group(1)));
            }
        }
        assertThat(examples).as("with those of the documents").hasSizeGreaterThanOrEqualTo(3);
        for (String example : examples) {
            assertThat(problems(example)).as(example).isEmpty();
            assertThat(faults(example)).as(example).isEmpty();
        }
    }
}
