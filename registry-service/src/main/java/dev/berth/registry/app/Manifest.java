package dev.berth.registry.app;

import dev.berth.protocol.manifest.ManifestText;
import dev.berth.protocol.name.Labels;
import dev.berth.protocol.name.Names;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads a manifest, given as the tree of maps, lists and scalars that its text parses to. */
public final class Manifest {
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
        AppSpec spec = manifest.app(environment, Fields.of("", tree, manifest.problems), overrides);
        return manifest.problems.isEmpty()
                ? new Result.Valid(spec)
                : new Result.Invalid(List.copyOf(manifest.problems));
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
        if (functions.names().isEmpty()) {
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
        return new AppSpec(app, source, env, strategy, specs);
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
        fields.unavailable("call", "a call function");
        fields.unavailable("job", "a job function");
        fields.unavailable("schedule", "a schedule");
        fields.unavailable("retries", "retrying calls");
        fields.unavailable("gpu", "giving GPUs to containers");
        fields.unavailable("concurrency", "limiting the inputs of a container");
        fields.unavailable("scaledown_window", "scaling by demand");
        if (!fields.has("web") && !fields.has("call") && !fields.has("job")) {
            functions.problem(name, "does not say what it is; add web: {} for one that takes HTTP traffic");
        }
        FunctionSpec.Web web = web(fields.child("web"));
        List<String> command = fields.texts("command");
        boolean noCommand = command.isEmpty() || command.getFirst().isBlank();
        if (noCommand && !fields.refused("command")) {
            fields.problem("command", "is missing; give the program and its arguments, such as [python3, server.py]");
        } else if (command.stream().anyMatch(word -> word.indexOf('\0') >= 0)) {
            fields.problem("command", "must not contain a NUL character");
        }
        boolean cpuLimited = fields.has("cpu");
        boolean memoryLimited = fields.has("memory");
        int least = fields.integer("min_containers", 1, 0, MOST_CONTAINERS);
        int running = Math.max(1, least);
        int most = fields.integer("max_containers", running, 1, MOST_CONTAINERS);
        if (most < least) {
            fields.problem("max_containers", "is " + most + ", below min_containers, " + least);
        } else if (most > running) {
            fields.problem("max_containers", "scaling by demand is not available yet; leave it out, or set it to "
                    + running + ", what min_containers makes run");
        }
        if (fields.integer("buffer_containers", 0, 0, MOST_CONTAINERS) > 0) {
            fields.problem("buffer_containers", "scaling by demand is not available yet; leave it out");
        }
        FunctionSpec spec = new FunctionSpec(name, web, command, fields.cpuMillis("cpu", DEFAULT_CPU_MILLIS),
                cpuLimited,
                fields.bytes("memory", DEFAULT_MEMORY, 1L << 20, 16L << 40), memoryLimited, least,
                fields.duration("timeout", Duration.ofSeconds(300), Duration.ofMillis(100), Duration.ofHours(24)),
                fields.duration("startup_timeout", Duration.ofSeconds(120), Duration.ofMillis(100),
                        Duration.ofHours(2)),
                fields.duration("stop_grace", Duration.ofSeconds(10), Duration.ZERO, Duration.ofHours(1)));
        fields.refuseUnknown();
        return spec;
    }

    private static FunctionSpec.Web web(Fields fields) {
        int port = fields.integer("port", 0, 1, 65_535);
        String readiness = fields.text("readiness", "");
        if (!readiness.isEmpty() && !readiness.matches("/[\\x21-\\x7e]*")) {
            fields.problem("readiness",
                    "must be a path that starts with /, such as /healthz, not \"" + readiness + "\"");
        }
        String label = fields.text("label", "");
        if (!label.isEmpty() && !Names.valid(label)) {
            fields.problem("label", "\"" + label + "\" is no valid label: " + Names.RULE);
        }
        fields.unavailable("auth", "asking for a token on an app's URL");
        fields.refuseUnknown();
        return new FunctionSpec.Web(port, readiness, label);
    }

    private void checkLabels(String environment, String app, List<FunctionSpec> functions) {
        List<String> names = functions.stream().map(FunctionSpec::name).toList();
        Map<String, String> owners = new HashMap<>();
        for (FunctionSpec function : functions) {
            for (String label : Labels.of(environment, app, function.name(), function.web().label(), names)) {
                String owner = owners.putIfAbsent(label, function.name());
                if (owner != null) {
                    problems.add(new Problem("functions." + function.name() + ".web.label",
                            "label " + label + " is already that of function " + owner));
                }
            }
        }
    }
}
