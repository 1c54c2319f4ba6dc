package dev.berth.registry.app;

import dev.berth.protocol.name.Names;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads one function of the manifest. */
final class FunctionManifest {
    private static final int DEFAULT_CPU_MILLIS = 100;
    private static final long DEFAULT_MEMORY = 64L << 20;
    private static final int MOST_CONTAINERS = 1000;
    /** What a 64-bit kernel can count. */
    private static final int MOST_PIDS = 4_194_304;
    /** The last one means "no change" to the kernel. */
    private static final long MOST_ID = 4_294_967_294L;

    private static final Pattern USER =
            Pattern.compile("(?<user>[A-Za-z_][A-Za-z0-9_.-]{0,31}|0|[1-9][0-9]{0,9})(?::(?<group>(?:"
                    + "[A-Za-z_][A-Za-z0-9_.-]{0,31}|0|[1-9][0-9]{0,9})))?");

    private final Fields fields;
    private final ImageManifest images;

    private FunctionManifest(Fields fields, ImageManifest images) {
        this.fields = fields;
        this.images = images;
    }

    /**
     * @param appImage that of functions that name no other
     * @param withSource the app has files of its own
     */
    static FunctionSpec read(Fields functions, String name, ImageManifest.Named appImage, boolean withSource) {
        if (!Names.valid(name)) {
            functions.problem(name, "is no valid name of a function: " + Names.RULE);
        }
        Fields fields = functions.child(name);
        FunctionManifest manifest = new FunctionManifest(
                fields, new ImageManifest(fields, ImageManifest.named(fields, appImage), withSource));
        FunctionSpec spec = manifest.function(functions, name);
        fields.refuseUnknown();
        return spec;
    }

    private FunctionSpec function(Fields functions, String name) {
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
        Kind kind = kind(kinds.isEmpty() ? "web" : kinds.getFirst());
        List<String> command = command();
        Optional<Image> image = images.image();
        boolean cpuLimited = fields.has("cpu");
        boolean memoryLimited = fields.has("memory");
        int least = minContainers();
        return new FunctionSpec(
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
                image,
                user(),
                fields.bool("read_only", false),
                fields.integer("pids", 0, 1, MOST_PIDS),
                "");
    }

    private List<String> command() {
        List<String> command = fields.texts("command");
        if (fields.refused("command")) {
            return command;
        }
        if (images.there()) {
            if (fields.has("command") && command.isEmpty()) {
                fields.problem("command", "is empty; give the image's program its arguments, or leave it out");
            }
        } else if (command.isEmpty() || command.getFirst().isBlank()) {
            fields.problem("command", "is missing; give the program and its arguments, such as [python3, server.py]");
        }
        return command;
    }

    private int minContainers() {
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
        return least;
    }

    private String user() {
        String user = fields.scalar("user", "");
        if (!fields.has("user") || fields.refused("user")) {
            return "";
        }
        Matcher parts = USER.matcher(user);
        if (!parts.matches() || !isId(parts.group("user")) || !isId(parts.group("group"))) {
            fields.problem(
                    "user",
                    "must be the name of a user (1 to 32 letters, digits, underscores, dots and dashes) or a number from 0 to "
                            + MOST_ID
                            + ", with a group after a colon where it has another, such as app or 1000:1000, not "
                            + Fields.quoted(user));
            return "";
        }
        if (!images.there()) {
            fields.problem("user", "is not available yet for processes; leave it out, or give the function an image");
            return "";
        }
        return user;
    }

    private static boolean isId(String text) {
        return text == null || !Character.isDigit(text.charAt(0)) || Long.parseLong(text) <= MOST_ID;
    }

    private Kind kind(String name) {
        Fields child = fields.child(name);
        Kind kind =
                switch (name) {
                    case "call" -> {
                        fields.problem(name, "calls are not there yet; a function takes HTTP traffic, by web: {}");
                        yield new Kind.Call(port(child), readiness(child));
                    }
                    case "job" -> {
                        fields.problem(name, "jobs are not there yet; a function takes HTTP traffic, by web: {}");
                        yield new Kind.Job();
                    }
                    default -> web(child);
                };
        child.refuseUnknown();
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
        return new Kind.Web(port(fields), readiness(fields), label, protocol(fields));
    }

    private static Kind.Protocol protocol(Fields fields) {
        String protocol = fields.text("protocol", "http1");
        return switch (protocol) {
            case "http1" -> Kind.Protocol.HTTP1;
            case "h2c" -> Kind.Protocol.H2C;
            default -> {
                fields.problem(
                        "protocol",
                        "must be http1, or h2c for HTTP/2 alone (without TLS), not " + Fields.quoted(protocol));
                yield Kind.Protocol.HTTP1;
            }
        };
    }
}
