package dev.berth.registry.app;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads what a function says of its containers where an engine makes them from an image. */
final class ImageManifest {
    private static final String APP = "/app";
    private static final int MOST_VOLUMES = 50;
    private static final int MOST_PATH = 1_024;
    /** Above every limit that a machine can use, and exact in any reader of JSON. */
    static final long MOST_LIMIT = 1L << 50;
    /** As getrlimit(2) has them, in lower case, without RLIMIT_. */
    static final List<String> ULIMITS = List.of(
            "core",
            "cpu",
            "data",
            "fsize",
            "locks",
            "memlock",
            "msgqueue",
            "nice",
            "nofile",
            "nproc",
            "rss",
            "rtprio",
            "rttime",
            "sigpending",
            "stack");

    /**
     * What {@code image} says.
     *
     * @param there the manifest has one; what is wrong with it was said already
     */
    record Named(boolean there, String name) {
        static final Named NONE = new Named(false, "");
    }

    private final Fields fields;
    private final Named named;
    private final boolean withSource;

    ImageManifest(Fields fields, Named named, boolean withSource) {
        this.fields = fields;
        this.named = named;
        this.withSource = withSource;
    }

    /** @param otherwise where this mapping has none of its own */
    static Named named(Fields fields, Named otherwise) {
        if (!fields.has("image")) {
            return otherwise;
        }
        String name = fields.text("image", "");
        if (!fields.refused("image")) {
            ImageName.fault(name).ifPresent(fault -> fields.problem("image", fault));
        }
        return new Named(true, name);
    }

    boolean there() {
        return named.there();
    }

    /** Empty where it runs as a process, and says nothing that only an engine can do. */
    Optional<Image> image() {
        List<String> entrypoint = entrypoint();
        String workingDir = workingDir();
        Image.Network network = network();
        long shm = fields.bytes("shm_size", 0, 1L << 20, 1L << 40);
        List<Image.Volume> volumes = volumes();
        List<Image.Ulimit> ulimits = ulimits();
        if (named.there()) {
            return Optional.of(new Image(named.name(), entrypoint, workingDir, network, shm, volumes, ulimits));
        }
        for (String key : List.of("entrypoint", "working_dir", "network", "shm_size", "volumes", "ulimits")) {
            if (fields.has(key) && !fields.isNull(key)) {
                fields.problem(key, "is for containers of an image alone; leave it out, or give the function an image");
            }
        }
        return Optional.empty();
    }

    private List<String> entrypoint() {
        List<String> entrypoint = fields.texts("entrypoint");
        if (fields.has("entrypoint")
                && !fields.refused("entrypoint")
                && (entrypoint.isEmpty() || entrypoint.getFirst().isBlank())) {
            fields.problem(
                    "entrypoint",
                    "is empty; give the program and its first arguments, or leave it out for the image's own");
        }
        return entrypoint;
    }

    private String workingDir() {
        String folder = fields.text("working_dir", "");
        if (!fields.has("working_dir") || fields.refused("working_dir")) {
            return "";
        }
        Optional<String> fault = pathFault(folder);
        fault.ifPresent(what -> fields.problem("working_dir", what));
        return fault.isPresent() ? "" : normal(folder);
    }

    private Image.Network network() {
        String network = fields.text("network", "bridge");
        return switch (network) {
            case "bridge" -> Image.Network.BRIDGE;
            case "host" -> Image.Network.HOST;
            default -> {
                fields.problem("network", "must be bridge or host, not " + Fields.quoted(network));
                yield Image.Network.BRIDGE;
            }
        };
    }

    private List<Image.Volume> volumes() {
        List<String> written = fields.texts("volumes");
        if (fields.refused("volumes")) {
            return List.of();
        }
        if (written.size() > MOST_VOLUMES) {
            fields.problem("volumes", "has " + written.size() + " folders; at most " + MOST_VOLUMES);
            return List.of();
        }
        List<Image.Volume> volumes = new ArrayList<>();
        Set<String> targets = new HashSet<>();
        for (int i = 0; i < written.size(); i++) {
            volume("volumes[" + i + "]", written.get(i), targets).ifPresent(volumes::add);
        }
        return volumes;
    }

    /** @param targets of those before it */
    private Optional<Image.Volume> volume(String at, String text, Set<String> targets) {
        String[] parts = text.split(":", -1);
        if (parts.length < 2 || parts.length > 3) {
            fields.problem(
                    at,
                    "must be a folder of the node and its place in the container, such as /srv/models:/models, with :rw"
                            + " after it where the container may write, not " + Fields.quoted(text));
            return Optional.empty();
        }
        List<String> faults = new ArrayList<>();
        pathFault(parts[0]).ifPresent(fault -> faults.add("the node's folder " + fault));
        pathFault(parts[1]).ifPresent(fault -> faults.add("the container's folder " + fault));
        if (parts.length == 3 && !parts[2].equals("ro") && !parts[2].equals("rw")) {
            faults.add("after the second colon must come ro (the default) or rw, not " + Fields.quoted(parts[2]));
        }
        if (faults.isEmpty()) {
            String target = normal(parts[1]);
            if (target.equals("/")) {
                faults.add("the container's folder can't be /, which is the image's own");
            } else if (target.equals(APP) && withSource) {
                faults.add("the container's folder can't be /app, where the app's source is");
            } else if (!targets.add(target)) {
                faults.add("the container's folder " + target + " is that of another volume already");
            }
        }
        faults.forEach(fault -> fields.problem(at, fault));
        return faults.isEmpty()
                ? Optional.of(new Image.Volume(
                        normal(parts[0]), normal(parts[1]), parts.length == 3 && parts[2].equals("rw")))
                : Optional.empty();
    }

    private static Optional<String> pathFault(String path) {
        if (path.length() > MOST_PATH) {
            return Optional.of("has " + path.length() + " characters; at most " + MOST_PATH);
        }
        if (!path.startsWith("/")) {
            return Optional.of("must be an absolute path, such as /srv/models, not " + Fields.quoted(path));
        }
        return List.of(path.split("/")).contains("..")
                ? Optional.of("must be a path without .., not " + Fields.quoted(path))
                : Optional.empty();
    }

    /** Without what means nothing: slashes that follow another, or come last, and single dots. */
    private static String normal(String path) {
        StringBuilder normal = new StringBuilder();
        for (String part : path.split("/")) {
            if (!part.isEmpty() && !part.equals(".")) {
                normal.append('/').append(part);
            }
        }
        return normal.isEmpty() ? "/" : normal.toString();
    }

    private List<Image.Ulimit> ulimits() {
        Fields limits = fields.child("ulimits");
        List<Image.Ulimit> ulimits = new ArrayList<>();
        for (String name : ULIMITS) {
            if (limits.has(name) && !limits.isNull(name)) {
                ulimits.add(ulimit(limits, name));
            }
        }
        limits.refuseUnknown();
        return ulimits;
    }

    private static Image.Ulimit ulimit(Fields limits, String name) {
        if (!limits.isMapping(name)) {
            long both = limits.whole(name, -1, -1, MOST_LIMIT, "unlimited");
            return new Image.Ulimit(name, both, both);
        }
        Fields limit = limits.child(name);
        for (String key : List.of("soft", "hard")) {
            if (!limit.has(key)) {
                limit.problem(key, "is missing; give both, or one number for both, such as " + name + ": 65536");
            }
        }
        long soft = limit.whole("soft", -1, -1, MOST_LIMIT, "unlimited");
        long hard = limit.whole("hard", -1, -1, MOST_LIMIT, "unlimited");
        boolean sound = !limit.refused("soft") && !limit.refused("hard");
        if (sound && hard != -1 && (soft == -1 || soft > hard)) {
            limit.problem("soft", "is " + (soft == -1 ? "unlimited" : soft) + ", above hard, " + hard);
        }
        limit.refuseUnknown();
        return new Image.Ulimit(name, soft, hard);
    }
}
