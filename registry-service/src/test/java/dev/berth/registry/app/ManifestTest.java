package dev.berth.registry.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.protocol.manifest.ManifestText;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ManifestTest {
    private static final Manifest.Overrides NONE = new Manifest.Overrides("", "");

    private static Map<String, Object> function(Object... more) {
        Map<String, Object> function = new LinkedHashMap<>();
        function.put("web", Map.of());
        function.put("command", List.of("run"));
        for (int i = 0; i < more.length; i += 2) {
            function.put((String) more[i], more[i + 1]);
        }
        return function;
    }

    private static Map<String, Object> app(Object... more) {
        Map<String, Object> app = new LinkedHashMap<>();
        app.put("app", "hello");
        app.put("functions", Map.of("web", function()));
        for (int i = 0; i < more.length; i += 2) {
            app.put((String) more[i], more[i + 1]);
        }
        return app;
    }

    private static AppSpec valid(Object tree) {
        Manifest.Result result = Manifest.read("main", tree, NONE);
        assertThat(result).isInstanceOf(Manifest.Result.Valid.class);
        return ((Manifest.Result.Valid) result).spec();
    }

    private static List<Problem> problems(Object tree) {
        Manifest.Result result = Manifest.read("main", tree, NONE);
        assertThat(result).isInstanceOf(Manifest.Result.Invalid.class);
        return ((Manifest.Result.Invalid) result).problems();
    }

    @Test
    void smallestManifestGetsDefaults() {
        FunctionSpec web = valid(app()).functions().getFirst();
        assertThat(web.name()).isEqualTo("web");
        assertThat(web.minContainers()).isEqualTo(1);
        assertThat(web.timeout()).isEqualTo(Duration.ofSeconds(300));
        assertThat(web.startupTimeout()).isEqualTo(Duration.ofSeconds(120));
        assertThat(web.stopGrace()).isEqualTo(Duration.ofSeconds(10));
        assertThat(web.cpuLimited()).isFalse();
        assertThat(web.memoryLimited()).isFalse();
    }

    @Test
    void valuesAreRead() {
        AppSpec spec = valid(app(
                "strategy",
                "recreate",
                "env",
                Map.of("N", 3, "S", "x"),
                "functions",
                Map.of("web", function("cpu", 1.5, "memory", "2GiB", "min_containers", 3, "timeout", "90s"))));
        FunctionSpec web = spec.functions().getFirst();
        assertThat(spec.strategy()).isEqualTo(Strategy.RECREATE);
        assertThat(spec.env()).isEqualTo(Map.of("N", "3", "S", "x"));
        assertThat(web.cpuMillis()).isEqualTo(1500);
        assertThat(web.memoryBytes()).isEqualTo(2L << 30);
        assertThat(web.minContainers()).isEqualTo(3);
        assertThat(web.timeout()).isEqualTo(Duration.ofSeconds(90));
    }

    @Test
    void everyProblemIsNamedAtOnceWithItsPath() {
        assertThat(problems(app(
                        "app",
                        "Hello",
                        "strategi",
                        "rolling",
                        "functions",
                        Map.of(
                                "web",
                                function("cpu", -1, "min_containers", "two", "timeout", 60, "memory", "8 parsecs")))))
                .extracting(Problem::path)
                .containsExactlyInAnyOrder(
                        "app",
                        "strategi",
                        "functions.web.cpu",
                        "functions.web.min_containers",
                        "functions.web.timeout",
                        "functions.web.memory");
    }

    @Test
    void protocolIsOneOfTwo() {
        assertThat(web(Map.of()).protocol()).isEqualTo(Kind.Protocol.HTTP1);
        assertThat(web(Map.of("protocol", "http1")).protocol()).isEqualTo(Kind.Protocol.HTTP1);
        assertThat(web(Map.of("protocol", "h2c")).protocol()).isEqualTo(Kind.Protocol.H2C);
        assertThat(problems(app("functions", Map.of("web", function("web", Map.of("protocol", "h2"))))))
                .containsExactly(new Problem(
                        "functions.web.web.protocol",
                        "must be http1, or h2c for HTTP/2 alone (without TLS), not \"h2\""));
    }

    private static Kind.Web web(Map<String, Object> web) {
        return (Kind.Web) valid(app("functions", Map.of("web", function("web", web))))
                .functions()
                .getFirst()
                .kind();
    }

    @Test
    void unknownKeyNamesTheNearestKnownOne() {
        assertThat(problems(app("functions", Map.of("web", function("comand", List.of("x"))))))
                .containsExactly(new Problem("functions.web.comand", "is unknown; did you mean command?"));
        assertThat(problems(app(
                        "functions", Map.of("web", Map.of("web", Map.of("readyness", "/"), "command", List.of("x"))))))
                .containsExactly(new Problem("functions.web.web.readyness", "is unknown; did you mean readiness?"));
    }

    @Test
    void whatIsNotThereYetIsRefusedByName() {
        assertThat(problems(app(
                        "secrets",
                        List.of("hf"),
                        "strategy",
                        "swap",
                        "functions",
                        Map.of(
                                "web",
                                function(
                                        "gpu",
                                        "H100",
                                        "concurrency",
                                        Map.of("max_inputs", 3),
                                        "buffer_containers",
                                        1,
                                        "scaledown_window",
                                        "60s",
                                        "max_containers",
                                        8)))))
                .allSatisfy(problem -> assertThat(problem.message()).contains("not available yet"))
                .extracting(Problem::path)
                .containsExactlyInAnyOrder(
                        "secrets",
                        "strategy",
                        "functions.web.gpu",
                        "functions.web.concurrency",
                        "functions.web.buffer_containers",
                        "functions.web.scaledown_window",
                        "functions.web.max_containers");
    }

    @Test
    void callsAndJobsAreKnownAndRefusedByName() {
        assertThat(problems(app(
                        "functions",
                        Map.of(
                                "call",
                                Map.of("call", Map.of("port", 80), "command", List.of("x")),
                                "job",
                                Map.of("job", Map.of(), "command", List.of("x")),
                                "web",
                                function()))))
                .allSatisfy(problem -> assertThat(problem.message()).contains("are not there yet"))
                .extracting(Problem::path)
                .containsExactlyInAnyOrder("functions.call.call", "functions.job.job");
        assertThat(problems(app(
                        "functions",
                        Map.of("x", Map.of("call", Map.of("label", "y", "port", 0), "command", List.of("x"))))))
                .extracting(Problem::path)
                .containsExactlyInAnyOrder("functions.x.call", "functions.x.call.label", "functions.x.call.port");
    }

    @Test
    void functionHasOneKind() {
        assertThat(problems(app("functions", Map.of("x", function("job", Map.of())))))
                .contains(new Problem("functions.x", "is web and job at once; a function has one kind"));
    }

    @Test
    void absurdNumbersAreRefused() {
        assertThat(problems(app(
                        "functions",
                        Map.of(
                                "web",
                                function(
                                        "min_containers",
                                        1_000_000,
                                        "cpu",
                                        1e9,
                                        "timeout",
                                        "99999999h",
                                        "startup_timeout",
                                        "-1s",
                                        "web",
                                        Map.of("port", 70_000))))))
                .hasSize(5);
    }

    @Test
    void missingPartsAreNamed() {
        assertThat(problems(Map.of())).extracting(Problem::path).containsExactlyInAnyOrder("app", "functions");
        assertThat(problems(app("functions", Map.of("web", Map.of("web", Map.of())))))
                .extracting(Problem::path)
                .containsExactly("functions.web.command");
        assertThat(problems(app("functions", Map.of("web", Map.of("command", List.of("x"))))))
                .extracting(Problem::path)
                .containsExactly("functions.web");
        assertThat(problems("text")).hasSize(1);
    }

    @Test
    void wrongShapesAreNamedNotThrown() {
        assertThat(problems(app("functions", List.of()))).isNotEmpty();
        assertThat(problems(app("functions", Map.of("web", "x")))).isNotEmpty();
        assertThat(problems(app("env", List.of("A=1")))).isNotEmpty();
        assertThat(problems(app("env", Map.of("A B", "1")))).isNotEmpty();
        assertThat(problems(app("functions", Map.of("web", function("command", "run --fast")))))
                .isNotEmpty();
        assertThat(problems(app("functions", Map.of("web", function("command", List.of(List.of("x")))))))
                .isNotEmpty();
    }

    @Test
    void scalarsOfEnvAndCommandArriveAsTheirOwnText() {
        AppSpec spec = read("""
                app: hello
                env: {A: 1.10, B: 1e10, C: -0, D: yes, E: 2026-01-02, F: 1_000, G: '~', H: ""}
                functions:
                  web: {web: {}, command: [run, 1.10, 0.00001, 1., 31415926535897932384, 0x1F, true, off]}
                """);
        assertThat(spec.env())
                .isEqualTo(Map.of(
                        "A",
                        "1.10",
                        "B",
                        "1e10",
                        "C",
                        "-0",
                        "D",
                        "yes",
                        "E",
                        "2026-01-02",
                        "F",
                        "1_000",
                        "G",
                        "~",
                        "H",
                        ""));
        assertThat(spec.functions().getFirst().command())
                .containsExactly("run", "1.10", "0.00001", "1.", "31415926535897932384", "0x1F", "true", "off");
        assertThat(read("{\"app\": \"a\", \"env\": {\"A\": 1.10, \"B\": 1E+2}, "
                                + "\"functions\": {\"web\": {\"web\": {}, \"command\": [\"run\"]}}}")
                        .env())
                .isEqualTo(Map.of("A", "1.10", "B", "1E+2"));
    }

    @Test
    void nullIsRefusedByItsPath() {
        assertThat(problems(((ManifestText.Parsed.Tree) ManifestText.parse("""
                app: hello
                source:
                env: {A: ~, B: null, C: }
                functions:
                  web: {web: {port: ~}, command: [run, ~], min_containers: , cpu: null, timeout: ~}
                  other: {web: , command: }
                """)).value()))
                .allSatisfy(problem -> assertThat(problem.message()).startsWith("has no value"))
                .extracting(Problem::path)
                .containsExactlyInAnyOrder(
                        "source",
                        "env.A",
                        "env.B",
                        "env.C",
                        "functions.web.web.port",
                        "functions.web.command[1]",
                        "functions.web.min_containers",
                        "functions.web.cpu",
                        "functions.web.timeout",
                        "functions.other.web",
                        "functions.other.command");
        assertThat(problems(app("app", null)))
                .containsExactly(new Problem(
                        "app", "has no value; give it one, put it in quotes if it is text, or leave it out"));
    }

    @Test
    void nullIsRefusedWhereverItStands() {
        for (String manifest : List.of(
                "app: a\nenv: @\nfunctions: {f: {web: {}, command: [x]}}",
                "app: a\nimage: @\nfunctions: {f: {web: {}, command: [x]}}",
                "app: a\nfunctions: {f: {web: {}, image: @}}",
                "app: a\nimage: x\nfunctions: {f: {web: {}, entrypoint: [x, @]}}",
                "app: a\nimage: x\nfunctions: {f: {web: {}, entrypoint: @}}",
                "app: a\nimage: x\nfunctions: {f: {web: {}, working_dir: @}}",
                "app: a\nimage: x\nfunctions: {f: {web: {}, network: @}}",
                "app: a\nimage: x\nfunctions: {f: {web: {}, shm_size: @}}",
                "app: a\nimage: x\nfunctions: {f: {web: {}, volumes: @}}",
                "app: a\nimage: x\nfunctions: {f: {web: {}, volumes: ['/a:/b', @]}}",
                "app: a\nimage: x\nfunctions: {f: {web: {}, ulimits: @}}",
                "app: a\nimage: x\nfunctions: {f: {web: {}, ulimits: {nofile: @}}}",
                "app: a\nimage: x\nfunctions: {f: {web: {}, ulimits: {nofile: {soft: @, hard: 3}}}}",
                "app: a\nfunctions: {f: {web: {}, command: [x], entrypoint: @}}",
                "app: a\nfunctions: {f: {web: {}, command: [x], user: @}}",
                "app: a\nfunctions: {f: {web: {}, command: [x], pids: @}}",
                "app: a\nfunctions: {f: {web: {}, command: [x], read_only: @}}",
                "app: a\nsecrets: [@]\nfunctions: {f: {web: {}, command: [x]}}",
                "app: a\nno_such_key: {deep: [1, @]}\nfunctions: {f: {web: {}, command: [x]}}",
                "app: a\nfunctions: @",
                "app: a\nfunctions: {f: @}",
                "app: a\nfunctions: {f: {web: @, command: [x]}}",
                "app: a\nfunctions: {f: {call: @, command: [x]}}",
                "app: a\nfunctions: {f: {web: {}, command: @}}",
                "app: a\nfunctions: {f: {web: {label: @}, command: [x]}}",
                "app: a\nfunctions: {f: {web: {auth: @}, command: [x]}}",
                "app: a\nfunctions: {f: {web: {}, command: [x], gpu: @}}",
                "app: a\nfunctions: {f: {web: {}, command: [x], retries: {max: @}}}",
                "app: a\nstrategy: @\nfunctions: {f: {web: {}, command: [x]}}")) {
            for (String none : List.of("null", "~", "!!null ''")) {
                Object tree = ((ManifestText.Parsed.Tree) ManifestText.parse(manifest.replace("@", none))).value();
                Manifest.Result result = Manifest.read("main", tree, new Manifest.Overrides("name", "rolling"));
                assertThat(result).as(manifest).isInstanceOf(Manifest.Result.Invalid.class);
                assertThat(((Manifest.Result.Invalid) result).problems())
                        .as(manifest)
                        .filteredOn(problem -> problem.message().startsWith("has no value"))
                        .hasSize(1)
                        .allSatisfy(problem -> assertThat(problem.path()).isNotEmpty());
            }
        }
    }

    @Test
    void numberIsShownAsItWasWritten() {
        assertThat(problems(((ManifestText.Parsed.Tree)
                                ManifestText.parse(
                                        "app: 1.10\nfunctions: {web: {web: {port: 1e3}, command: [x], cpu: 1e400, memory: 010}}"))
                        .value()))
                .extracting(Problem::message)
                .allSatisfy(message -> assertThat(message).containsPattern("not (1\\.10|1e3|1e400|010)"));
    }

    private static AppSpec read(String text) {
        return valid(((ManifestText.Parsed.Tree) ManifestText.parse(text)).value());
    }

    @Test
    void twoFunctionsCantHaveOneLabel() {
        assertThat(problems(app(
                        "functions",
                        Map.of(
                                "a",
                                function("web", Map.of("label", "same")),
                                "b",
                                function("web", Map.of("label", "same"))))))
                .hasSize(1)
                .first()
                .satisfies(problem -> assertThat(problem.message()).contains("label same is already that of function"));
    }

    @Test
    void overridesReplaceTheManifests() {
        Manifest.Result result = Manifest.read("main", app(), new Manifest.Overrides("other", "recreate"));
        AppSpec spec = ((Manifest.Result.Valid) result).spec();
        assertThat(spec.app()).isEqualTo("other");
        assertThat(spec.strategy()).isEqualTo(Strategy.RECREATE);
    }
}
