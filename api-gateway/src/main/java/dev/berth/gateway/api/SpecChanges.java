package dev.berth.gateway.api;

import dev.berth.protocol.v1.AppSpec;
import dev.berth.protocol.v1.FunctionSpec;
import dev.berth.protocol.v1.ImageSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** In what two specs of one app differ, in lines for people: + what is new, - what is gone, ~ what is another way. */
final class SpecChanges {
    private SpecChanges() {}

    static List<String> between(AppSpec before, AppSpec after) {
        List<String> changes = new ArrayList<>();
        compare(before, after, changes);
        return changes;
    }

    private static void compare(AppSpec before, AppSpec after, List<String> changes) {
        differ("source", before.getSourceDigest(), after.getSourceDigest(), changes);
        differ("strategy", before.getStrategy(), after.getStrategy(), changes);
        compare("env ", new TreeMap<>(before.getEnvMap()), new TreeMap<>(after.getEnvMap()), changes);
        Map<String, FunctionSpec> old = new TreeMap<>();
        Map<String, FunctionSpec> proposed = new TreeMap<>();
        before.getFunctionsList().forEach(function -> old.put(function.getName(), function));
        after.getFunctionsList().forEach(function -> proposed.put(function.getName(), function));
        old.keySet().stream()
                .filter(name -> !proposed.containsKey(name))
                .forEach(name -> changes.add("- function " + name));
        proposed.forEach((name, function) -> {
            if (!old.containsKey(name)) {
                changes.add("+ function " + name);
            } else {
                compareFields("function " + name + " ", old.get(name), function, changes);
            }
        });
    }

    private static void compare(
            String what, Map<String, String> before, Map<String, String> after, List<String> changes) {
        before.keySet().stream()
                .filter(name -> !after.containsKey(name))
                .forEach(name -> changes.add("- " + what + name));
        after.forEach((name, value) -> {
            if (!before.containsKey(name)) {
                changes.add("+ " + what + name);
            } else {
                differ(what + name, before.get(name), value, changes);
            }
        });
    }

    private static void compareFields(String what, FunctionSpec before, FunctionSpec after, List<String> changes) {
        FunctionSpec.getDescriptor().getFields().stream()
                .filter(field -> field.getNumber() != FunctionSpec.IMAGE_FIELD_NUMBER)
                .forEach(field ->
                        differ(what + field.getName(), before.getField(field), after.getField(field), changes));
        compareImages(what, before.getImage(), after.getImage(), changes);
    }

    /** By the manifest's keys; a name is shown whole, since it is its end that changes. */
    private static void compareImages(String what, ImageSpec before, ImageSpec after, List<String> changes) {
        if (!before.getName().equals(after.getName())) {
            changes.add("~ " + what + "image: " + orNone(before.getName()) + " -> " + orNone(after.getName()));
        }
        differ(what + "entrypoint", before.getEntrypointList(), after.getEntrypointList(), changes);
        differ(what + "working_dir", before.getWorkingDir(), after.getWorkingDir(), changes);
        differ(what + "network", lower(before), lower(after), changes);
        differ(what + "shm_size", before.getShmBytes(), after.getShmBytes(), changes);
        differ(what + "volumes", volumes(before), volumes(after), changes);
        differ(what + "ulimits", ulimits(before), ulimits(after), changes);
    }

    private static String lower(ImageSpec image) {
        return image.getNetwork().name().toLowerCase(Locale.ROOT);
    }

    private static List<String> volumes(ImageSpec image) {
        return image.getVolumesList().stream().map(Views::of).toList();
    }

    private static List<String> ulimits(ImageSpec image) {
        return image.getUlimitsList().stream()
                .map(limit -> limit.getName() + " " + limit.getSoft()
                        + (limit.getSoft() == limit.getHard() ? "" : ":" + limit.getHard()))
                .toList();
    }

    private static String orNone(String text) {
        return text.isEmpty() || text.equals("[]") ? "(none)" : text;
    }

    private static void differ(String what, Object before, Object after, List<String> changes) {
        if (!before.equals(after)) {
            changes.add("~ " + what + ": " + show(before) + " -> " + show(after));
        }
    }

    private static String show(Object value) {
        String text = String.valueOf(value).strip().replaceAll("\\s+", " ");
        return text.isEmpty() || text.equals("[]") ? "(none)" : text.length() > 60 ? text.substring(0, 12) + "…" : text;
    }
}
