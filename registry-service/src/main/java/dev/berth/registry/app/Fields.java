package dev.berth.registry.app;

import dev.berth.protocol.manifest.Scalar;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One mapping of the manifest while it is read: hands out typed fields, notes every problem with its path, and at the
 * end names the keys that nobody asked for. A field with a problem yields its default, so that reading goes on.
 */
final class Fields {
    private final String path;
    private final Map<String, Object> values;
    private final List<Problem> problems;
    private final Set<String> known = new LinkedHashSet<>();

    private Fields(String path, Map<String, Object> values, List<Problem> problems) {
        this.path = path;
        this.values = values;
        this.problems = problems;
    }

    /** @param value a mapping, or null for an empty one; anything else is a problem */
    static Fields of(String path, Object value, List<Problem> problems) {
        Map<String, Object> values = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, entry) -> values.put(String.valueOf(key), entry));
        } else if (value != null) {
            problems.add(new Problem(path, "must be a mapping of names to values, not " + describe(value)));
        }
        return new Fields(path, values, problems);
    }

    /** Empty where there is none. */
    private Optional<Object> value(String name) {
        known.add(name);
        return Optional.ofNullable(values.get(name) instanceof Scalar scalar ? scalar.value() : values.get(name));
    }

    /** Whether something was found wrong with the field already, or with a part of it. */
    boolean refused(String name) {
        return problems.stream()
                .map(Problem::path)
                .anyMatch(path ->
                        path.equals(at(name)) || path.startsWith(at(name) + ".") || path.startsWith(at(name) + "["));
    }

    boolean isNull(String name) {
        return values.containsKey(name) && values.get(name) == null;
    }

    boolean isMapping(String name) {
        return values.get(name) instanceof Map;
    }

    Set<String> names() {
        return values.keySet();
    }

    boolean has(String name) {
        known.add(name);
        return values.containsKey(name);
    }

    Fields child(String name) {
        known.add(name);
        return of(at(name), values.get(name), problems);
    }

    void problem(String name, String message) {
        problems.add(new Problem(at(name), message));
    }

    String text(String name, String otherwise) {
        Object value = value(name).orElse(null);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof String text) {
            return text;
        }
        problem(name, "must be text, not " + describe(values.get(name)) + "; put it in quotes");
        return otherwise;
    }

    /** What is written, also where it is a number. */
    String scalar(String name, String otherwise) {
        Object value = values.get(name);
        if (value instanceof Map || value instanceof List) {
            problem(name, "must be text or a number, not " + describe(value));
        }
        known.add(name);
        return value == null || refused(name) ? otherwise : String.valueOf(value);
    }

    boolean bool(String name, boolean otherwise) {
        Object value = value(name).orElse(null);
        if (value == null || value instanceof Boolean) {
            return value == null ? otherwise : (Boolean) value;
        }
        problem(name, "must be true or false, not " + describe(values.get(name)));
        return otherwise;
    }

    int integer(String name, int otherwise, int least, int most) {
        return (int) whole(name, otherwise, least, most, "");
    }

    /** @param leastMeans what the least number stands for, in a word; may be empty */
    long whole(String name, long otherwise, long least, long most, String leastMeans) {
        Object value = value(name).orElse(null);
        if (value == null) {
            return otherwise;
        }
        String range = "from " + least + (leastMeans.isEmpty() ? "" : " (" + leastMeans + ")") + " to " + most;
        if (!(value instanceof Integer || value instanceof Long)) {
            problem(name, "must be a whole number " + range + ", not " + describe(values.get(name)));
            return otherwise;
        }
        long number = ((Number) value).longValue();
        if (number < least || number > most) {
            problem(name, "must be " + range + ", not " + number);
            return otherwise;
        }
        return number;
    }

    /** Thousandths of a core. */
    int cpuMillis(String name, int otherwise) {
        Object value = value(name).orElse(null);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Number number
                && Double.isFinite(number.doubleValue())
                && number.doubleValue() >= 0.01
                && number.doubleValue() <= 1024) {
            return new BigDecimal(number.toString()).movePointRight(3).intValue();
        }
        problem(name, "must be a number of cores from 0.01 to 1024, not " + describe(values.get(name)));
        return otherwise;
    }

    long bytes(String name, long otherwise, long least, long most) {
        Object value = value(name).orElse(null);
        if (value == null) {
            return otherwise;
        }
        Optional<Long> bytes = value instanceof String text ? Quantity.bytes(text) : Optional.empty();
        if (bytes.isEmpty() || bytes.get() < least || bytes.get() > most) {
            problem(
                    name,
                    "must be an amount of memory with its unit, such as 512MiB or 8GiB, from " + Quantity.show(least)
                            + " to " + Quantity.show(most) + ", not " + describe(values.get(name)));
            return otherwise;
        }
        return bytes.get();
    }

    Duration duration(String name, Duration otherwise, Duration least, Duration most) {
        Object value = value(name).orElse(null);
        if (value == null) {
            return otherwise;
        }
        Optional<Duration> duration = value instanceof String text ? Quantity.duration(text) : Optional.empty();
        if (duration.isEmpty()
                || duration.get().compareTo(least) < 0
                || duration.get().compareTo(most) > 0) {
            problem(
                    name,
                    "must be a duration with its unit, such as 500ms, 60s or 5m, from " + show(least) + " to "
                            + show(most) + ", not " + describe(values.get(name)));
            return otherwise;
        }
        return duration.get();
    }

    /** As {@link #scalars}. */
    List<String> texts(String name) {
        Object value = value(name).orElse(null);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> list)) {
            problem(name, "must be a list, such as [python, server.py], not " + describe(value));
            return List.of();
        }
        List<String> texts = new ArrayList<>(list.size());
        for (int i = 0; i < list.size(); i++) {
            Object entry = list.get(i);
            if (entry instanceof Map || entry instanceof List) {
                problems.add(new Problem(at(name) + "[" + i + "]", "must be text, not " + describe(entry)));
            } else if (entry != null) {
                texts.add(String.valueOf(entry));
            }
        }
        return texts;
    }

    /** Each as the text that it was written as. */
    Map<String, String> scalars(String name) {
        Fields child = child(name);
        Map<String, String> scalars = new LinkedHashMap<>();
        child.values.forEach((key, value) -> {
            child.known.add(key);
            if (value instanceof Map || value instanceof List) {
                child.problem(key, "must be text or a number, not " + describe(value));
            } else if (!key.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                child.problem(key, "is no name of an environment variable: use letters, digits and underscores");
            } else if (value != null) {
                scalars.put(key, String.valueOf(value));
            }
        });
        return scalars;
    }

    /** Refuses, by name, a key that the manifest knows and this build does not carry out. */
    void unavailable(String name, String what) {
        known.add(name);
        Object value = values.get(name);
        boolean empty = value == null || value instanceof List<?> list && list.isEmpty();
        if (!empty) {
            problem(name, what + " is not available yet; leave it out");
        }
    }

    /** Notes every key that was never asked for, with the known one that it resembles. */
    void refuseUnknown() {
        for (String name : values.keySet()) {
            if (!known.contains(name)) {
                Optional<String> nearest = known.stream().min(Comparator.comparingInt(key -> distance(key, name)));
                boolean near = nearest.isPresent() && distance(nearest.get(), name) <= Math.max(2, name.length() / 3);
                problem(
                        name,
                        near
                                ? "is unknown; did you mean " + nearest.get() + "?"
                                : "is unknown; known here: " + String.join(", ", known));
            }
        }
    }

    private String at(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** In quotes, and no longer than people read. */
    static String quoted(String text) {
        return "\"" + (text.length() > 60 ? text.substring(0, 60) + "…" : text) + "\"";
    }

    private static String describe(Object value) {
        return switch (value) {
            case null -> "nothing";
            case Map<?, ?> map -> "a mapping";
            case List<?> list -> "a list";
            case String text -> quoted(text);
            default -> String.valueOf(value);
        };
    }

    private static String show(Duration duration) {
        return duration.toMillis() % 1000 != 0
                ? duration.toMillis() + "ms"
                : duration.toSeconds() % 3600 == 0 && !duration.isZero()
                        ? duration.toHours() + "h"
                        : duration.toSeconds() + "s";
    }

    /** Edits (insert, delete, replace one character) from one word to the other. */
    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, Math.min(previous[j], row[j - 1]) + 1);
            }
            previous = row;
        }
        return previous[b.length()];
    }
}
