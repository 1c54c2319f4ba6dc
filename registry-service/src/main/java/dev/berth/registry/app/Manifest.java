package dev.berth.registry.app;

import dev.berth.protocol.manifest.ManifestText;
import dev.berth.protocol.name.Labels;
import dev.berth.protocol.name.Names;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads a manifest, given as the tree of maps, lists and scalars that its text parses to. */
public final class Manifest {
    private static final String NO_VALUE = "has no value; give it one, put it in quotes if it is text, or leave it out";
    private static final int MOST_FUNCTIONS = 100;

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
        ImageManifest.Named image = ImageManifest.named(fields, ImageManifest.Named.NONE);
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
                specs.add(FunctionManifest.read(functions, name, image, fields.has("source")));
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
