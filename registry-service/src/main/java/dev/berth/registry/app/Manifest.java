package dev.berth.registry.app;

import dev.berth.protocol.manifest.ManifestText;
import dev.berth.protocol.name.Labels;
import dev.berth.protocol.name.Names;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Reads a manifest, given as the tree of maps, lists and scalars that its text parses to. */
public final class Manifest {
    private static final String NO_VALUE = "has no value; give it one, put it in quotes if it is text, or leave it out";
    private static final int DEFAULT_CPU_MILLIS = 100;
    private static final long DEFAULT_MEMORY = 64L << 20;
    private static final int MOST_FUNCTIONS = 100;
    private static final int MOST_CONTAINERS = 1000;

    /** Either a spec or every problem at once. */
    public sealed interface Result {
        record Valid(AppSpec spec) implements Result {}

        record Invalid(List<Problem> problems) implements Result {}
    }

    /** What a deploy may say in place of the manifest; empty where it does not. */
    public record Overrides(String name, String strategy) {}

    private final List<Problem> problems = new ArrayList<>();

    private Manifest() {}

    public static Result read(String environment, Object tree, Overrides overrides) {
        if (!(tree instanceof Map)) {
            return new Result.Invalid(List.of(new Problem("", ManifestText.NO_MAPPING)));
        }
        Manifest manifest = new Manifest();
        // First of all, and everywhere: nobody can tell what a null was meant to be (from here on it counts as left
        // out), and no program, file name or database can have a NUL.
        manifest.refuseEverywhere("", tree);
        AppSpec spec = manifest.app(environment, Fields.of("", tree, manifest.problems), overrides);
        return manifest.problems.isEmpty()
                ? new Result.Valid(spec)
                : new Result.Invalid(List.copyOf(manifest.problems));
    }

    private void refuseEverywhere(String path, Object value) {
        switch (value) {
            case null -> problems.add(new Problem(path, NO_VALUE));
            case String text -> {
                if (hasNul(text)) {
                    problems.add(new Problem(path, "must not contain a NUL character (U+0000); leave it out"));
                }
            }
            case Map<?, ?> map ->
                map.forEach((key, entry) -> {
                    String name = String.valueOf(key);
                    if (hasNul(name)) {
                        problems.add(new Problem(path, "has a key with a NUL character (U+0000); leave it out"));
                    }
                    refuseEverywhere(path.isEmpty() ? name : path + "." + name, entry);
                });
            case List<?> list -> {
                for (int i = 0; i < list.size(); i++) {
                    refuseEverywhere(path + "[" + i + "]", list.get(i));
                }
            }
            default -> {
                // A value.
            }
        }
    }

    private static boolean hasNul(String text) {
        return text.indexOf('\0') >= 0;
    }

    private AppSpec app(String environment, Fields fields, Overrides overrides) {
        String written = fields.text("app", "");
        String app = overrides.name().isEmpty() ? written : overrides.name();
        if (app.isEmpty() && !fields.refused("app")) {
            fields.problem("app", "is missing; name the app");
        } else if (!app.isEmpty() && !Names.valid(app)) {
            fields.problem("app", "\"" + app + "\" is no valid name: " + Names.RULE);
        }
        fields.unavailable("image", "running an OCI image (the Docker driver)");
        fields.unavailable("secrets", "giving secrets to containers");
        String source = fields.text("source", "");
        Map<String, String> env = fields.scalars("env");
        Strategy strategy = strategy(fields, overrides.strategy());
        Fields functions = fields.child("functions");
        List<FunctionSpec> specs = new ArrayList<>();
        if (functions.names().isEmpty() && !fields.isNull("functions")) {
            fields.problem("functions", "is missing; an app has at least one function");
        } else if (functions.names().size() > MOST_FUNCTIONS) {
            fields.problem("functions", "has " + functions.names().size() + " functions; at most " + MOST_FUNCTIONS);
        } else {
            for (String name : List.copyOf(functions.names())) {
                specs.add(function(functions, name));
            }
        }
        checkLabels(environment, app, specs);
        fields.refuseUnknown();
        return new AppSpec(app, "", source, env, strategy, specs);
    }

    private static Strategy strategy(Fields fields, String override) {
        String text = override.isEmpty() ? fields.text("strategy", "rolling") : override;
        fields.has("strategy");
        return switch (text) {
            case "rolling" -> Strategy.ROLLING;
            case "recreate" -> Strategy.RECREATE;
            case "swap" -> {
                fields.problem("strategy", "swap (hold-and-swap) is not available yet; use rolling or recreate");
                yield Strategy.ROLLING;
            }
            default -> {
                fields.problem("strategy", "must be rolling, swap or recreate, not \"" + text + "\"");
                yield Strategy.ROLLING;
            }
        };
    }

    private FunctionSpec function(Fields functions, String name) {
        if (!Names.valid(name)) {
            functions.problem(name, "is no valid name of a function: " + Names.RULE);
        }
        Fields fields = functions.child(name);
        fields.unavailable("schedule", "a schedule");
        fields.unavailable("retries", "retrying calls");
        fields.unavailable("gpu", "giving GPUs to containers");
        fields.unavailable("concurrency", "limiting the inputs of a container");
        fields.unavailable("scaledown_window", "scaling by demand");
        List<String> kinds = Stream.of("web", "call", "job").filter(fields::has).toList();
        if (kinds.size() != 1 && !functions.isNull(name)) {
            functions.problem(
                    name,
                    kinds.isEmpty()
                            ? "does not say what it is; add web: {} for one that takes HTTP traffic"
                            : "is " + String.join(" and ", kinds) + " at once; a function has one kind");
        }
        Kind kind = kind(fields, kinds.isEmpty() ? "web" : kinds.getFirst());
        List<String> command = fields.texts("command");
        boolean noCommand = command.isEmpty() || command.getFirst().isBlank();
        if (noCommand && !fields.refused("command")) {
            fields.problem("command", "is missing; give the program and its arguments, such as [python3, server.py]");
        }
        boolean cpuLimited = fields.has("cpu");
        boolean memoryLimited = fields.has("memory");
        int least = fields.integer("min_containers", 1, 0, MOST_CONTAINERS);
        int running = Math.max(1, least);
        int most = fields.integer("max_containers", running, 1, MOST_CONTAINERS);
        if (most < least) {
            fields.problem("max_containers", "is " + most + ", below min_containers, " + least);
        } else if (most > running) {
            fields.problem(
                    "max_containers",
                    "scaling by demand is not available yet; leave it out, or set it to " + running
                            + ", what min_containers makes run");
        }
        if (fields.integer("buffer_containers", 0, 0, MOST_CONTAINERS) > 0) {
            fields.problem("buffer_containers", "scaling by demand is not available yet; leave it out");
        }
        FunctionSpec spec = new FunctionSpec(
                name,
                kind,
                command,
                fields.cpuMillis("cpu", DEFAULT_CPU_MILLIS),
                cpuLimited,
                fields.bytes("memory", DEFAULT_MEMORY, 1L << 20, 16L << 40),
                memoryLimited,
                least,
                fields.duration("timeout", Duration.ofSeconds(300), Duration.ofMillis(100), Duration.ofHours(24)),
                fields.duration(
                        "startup_timeout", Duration.ofSeconds(120), Duration.ofMillis(100), Duration.ofHours(2)),
                fields.duration("stop_grace", Duration.ofSeconds(10), Duration.ZERO, Duration.ofHours(1)),
                "");
        fields.refuseUnknown();
        return spec;
    }

    private static Kind kind(Fields function, String name) {
        Fields fields = function.child(name);
        Kind kind =
                switch (name) {
                    case "call" -> {
                        function.problem(name, "calls are not there yet; a function takes HTTP traffic, by web: {}");
                        yield new Kind.Call(port(fields), readiness(fields));
                    }
                    case "job" -> {
                        function.problem(name, "jobs are not there yet; a function takes HTTP traffic, by web: {}");
                        yield new Kind.Job();
                    }
                    default -> web(fields);
                };
        fields.refuseUnknown();
        return kind;
    }

    private static int port(Fields fields) {
        return fields.integer("port", 0, 1, 65_535);
    }

    private static String readiness(Fields fields) {
        String readiness = fields.text("readiness", "");
        if (!readiness.isEmpty() && !readiness.matches("/[\\x21-\\x7e]*")) {
            fields.problem(
                    "readiness", "must be a path that starts with /, such as /healthz, not \"" + readiness + "\"");
        }
        return readiness;
    }

    private static Kind.Web web(Fields fields) {
        String label = fields.text("label", "");
        if (!label.isEmpty() && !Names.valid(label)) {
            fields.problem("label", "\"" + label + "\" is no valid label: " + Names.RULE);
        }
        fields.unavailable("auth", "asking for a token on an app's URL");
        return new Kind.Web(port(fields), readiness(fields), label);
    }

    private void checkLabels(String environment, String app, List<FunctionSpec> functions) {
        Map<String, String> chosen = new LinkedHashMap<>();
        for (FunctionSpec function : functions) {
            if (function.kind() instanceof Kind.Web web) {
                chosen.put(function.name(), web.label());
            }
        }
        Map<String, String> owners = new HashMap<>();
        chosen.forEach((function, label) -> {
            for (String one : Labels.of(environment, app, function, label, List.copyOf(chosen.keySet()))) {
                String owner = owners.putIfAbsent(one, function);
                if (owner != null) {
                    problems.add(new Problem(
                            "functions." + function + ".web.label",
                            "label " + one + " is already that of function " + owner));
                }
            }
        });
    }
}
