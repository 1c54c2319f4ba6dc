package dev.berth.registry.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The JSON Schema of a manifest, for editors. What depends on another key, or on an amount with its unit, only its
 * descriptions say. {@link ManifestSchemaTest} compares it with what is read.
 */
final class ManifestSchema {
    private static final List<String> SCALAR = List.of("string", "number", "boolean");
    private static final String NAME = "^[a-z0-9](-?[a-z0-9])*$";
    private static final String PATH = "^/";

    private ManifestSchema() {}

    static String text() {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "berth.yaml");
        schema.putAll(app());
        try {
            return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(schema) + "\n";
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Map<String, Object> of(String description, Object... more) {
        return ordered(Stream.concat(Stream.of("description", description), Stream.of(more))
                .toArray());
    }

    private static Map<String, Object> ordered(Object... keysAndValues) {
        Map<String, Object> schema = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            schema.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return schema;
    }

    private static Map<String, Object> mapping(Map<String, Object> keys, String... required) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "object");
        schema.put("properties", keys);
        schema.put("required", List.of(required));
        schema.put("additionalProperties", false);
        return schema;
    }

    private static Map<String, Object> with(String description, Map<String, Object> schema) {
        Map<String, Object> all = of(description);
        all.putAll(schema);
        return all;
    }

    private static Map<String, Object> text(String description, Object... more) {
        return with(
                description,
                of(
                        description,
                        Stream.concat(Stream.of("type", "string"), Stream.of(more))
                                .toArray()));
    }

    private static Map<String, Object> whole(String description, long least, long most) {
        return of(description, "type", "integer", "minimum", least, "maximum", most);
    }

    private static Map<String, Object> duration(String description) {
        return text(description, "pattern", "^\\s*\\d{1,12}(\\.\\d{1,6})?\\s*(ms|s|m|h|d)\\s*$");
    }

    private static Map<String, Object> bytes(String description) {
        return text(description, "pattern", "^\\s*\\d{1,12}(\\.\\d{1,6})?\\s*(B|[KMGT]i?B)\\s*$");
    }

    private static Map<String, Object> words(String description) {
        return of(description, "type", "array", "minItems", 1, "items", Map.of("type", SCALAR));
    }

    private static Map<String, Object> notYet(String what) {
        return of(what + ": not available yet", "type", "array", "maxItems", 0);
    }

    private static Map<String, Object> image(String description) {
        return text(description, "pattern", "^[^\\s]+$");
    }

    private static Map<String, Object> app() {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put(
                "app",
                text(
                        "The app's name: 1 to 40 lower-case letters, digits and dashes.",
                        "pattern",
                        NAME,
                        "maxLength",
                        40));
        keys.put(
                "image",
                image("The OCI image that containers are made of; a function's own goes before it. Without one they are"
                        + " processes of their node."));
        keys.put("secrets", notYet("Secrets that containers are given"));
        keys.put("source", text("A folder whose files are sent with the deploy."));
        keys.put(
                "env",
                of(
                        "Variables of every container; values arrive as they are written.",
                        "type",
                        "object",
                        "propertyNames",
                        Map.of("pattern", "^[A-Za-z_][A-Za-z0-9_]*$"),
                        "additionalProperties",
                        Map.of("type", SCALAR)));
        keys.put(
                "strategy",
                text(
                        "How a version replaces the one before it; rolling unless set.",
                        "enum",
                        List.of("rolling", "recreate")));
        Map<String, Object> functions = of(
                "By name, 1 to 100.",
                "type",
                "object",
                "minProperties",
                1,
                "maxProperties",
                100,
                "propertyNames",
                text("1 to 40 lower-case letters, digits and dashes.", "pattern", NAME, "maxLength", 40),
                "additionalProperties",
                function());
        keys.put("functions", functions);
        return mapping(keys, "app", "functions");
    }

    private static Map<String, Object> function() {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("web", with("It takes HTTP traffic.", web()));
        keys.put("call", of("Calls: not available yet.", "not", Map.of()));
        keys.put("job", of("Jobs: not available yet.", "not", Map.of()));
        keys.put(
                "command",
                words(
                        "The program and its arguments; with an image, the arguments of its program (what Docker calls CMD)."));
        keys.put(
                "cpu",
                of(
                        "Cores that a container may use; without it 0.1 is reserved, and nothing is limited.",
                        "type",
                        "number",
                        "minimum",
                        0.01,
                        "maximum",
                        1024));
        keys.put(
                "memory",
                bytes(
                        "What a container may use, 1MiB to 16TiB; without it 64MiB is reserved, and nothing is limited."));
        keys.put("min_containers", whole("How many run; 1 unless set.", 0, 1000));
        keys.put(
                "max_containers", whole("As many as min_containers makes run: scaling is not available yet.", 1, 1000));
        keys.put("buffer_containers", whole("Scaling is not available yet.", 0, 0));
        keys.put("timeout", duration("How long a request may take, 100ms to 24h; 300s unless set."));
        keys.put("startup_timeout", duration("How long it may take to be ready, 100ms to 2h; 120s unless set."));
        keys.put("stop_grace", duration("From SIGTERM to SIGKILL, 0s to 1h; 10s unless set."));
        keys.put(
                "pids",
                whole(
                        "Processes and threads of a container at once; as many as the node allows unless set.",
                        1,
                        4_194_304));
        keys.put("read_only", of("Neither the image's files nor /app can be written to.", "type", "boolean"));
        keys.put(
                "user",
                of(
                        "A name or a number, with a group after a colon: app, 1000:1000; with an image.",
                        "type",
                        List.of("string", "integer"),
                        "pattern",
                        "^[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,31})?$",
                        "minimum",
                        0,
                        "maximum",
                        4_294_967_294L));
        keys.put("image", image("In place of the app's."));
        keys.put("entrypoint", words("In place of the image's own program."));
        keys.put(
                "working_dir",
                text(
                        "An absolute path without ..; /app where there is source, else the image's, unless set.",
                        "pattern",
                        PATH,
                        "maxLength",
                        1024));
        keys.put(
                "network",
                text(
                        "bridge (unless set): an address of its own for each container; host: the node's network.",
                        "enum",
                        List.of("bridge", "host")));
        keys.put("shm_size", bytes("Of /dev/shm, 1MiB to 1TiB; the engine's unless set."));
        keys.put(
                "volumes",
                of(
                        "Folders of the node: /srv/models:/models, or /srv/out:/out:rw where containers may write.",
                        "type",
                        "array",
                        "maxItems",
                        50,
                        "items",
                        ordered("type", "string", "pattern", "^/[^:]*:/[^:]+(:r[ow])?$")));
        keys.put("ulimits", with("By their names in getrlimit(2), in lower case; -1 is unlimited.", ulimits()));
        keys.put("schedule", notYet("A schedule"));
        keys.put("retries", notYet("Retrying calls"));
        keys.put("gpu", notYet("GPUs"));
        keys.put("concurrency", notYet("Inputs of a container at once"));
        keys.put("scaledown_window", notYet("Scaling by demand"));
        return mapping(keys, "web");
    }

    private static Map<String, Object> web() {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("port", whole("Where it listens; the $PORT that it is given unless set.", 1, 65_535));
        keys.put(
                "readiness",
                text(
                        "A path that answers 2xx or 3xx once it is ready; unless set, a TCP accept.",
                        "pattern",
                        "^(/[!-~]*)?$"));
        keys.put(
                "label",
                text(
                        "The first part of the host name that it answers under; <app>-<function> unless set.",
                        "pattern",
                        "^([a-z0-9](-?[a-z0-9])*)?$",
                        "maxLength",
                        40));
        keys.put(
                "protocol",
                text(
                        "What it understands: http1 (unless set), or h2c: HTTP/2 alone, without TLS.",
                        "enum",
                        List.of("http1", "h2c")));
        keys.put("auth", notYet("Asking for a token"));
        return mapping(keys);
    }

    private static Map<String, Object> ulimits() {
        Map<String, Object> limit = whole("", -1, ImageManifest.MOST_LIMIT);
        limit.remove("description");
        Map<String, Object> either =
                Map.of("anyOf", List.of(limit, mapping(ordered("soft", limit, "hard", limit), "soft", "hard")));
        return mapping(ImageManifest.ULIMITS.stream()
                .collect(Collectors.toMap(name -> name, name -> either, (a, b) -> a, LinkedHashMap::new)));
    }
}
