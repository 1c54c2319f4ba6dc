package dev.berth.agent.runtime.engine;

/**
 * An image's name, taken apart as engines do.
 *
 * @param registry host, with a port where it has one; docker.io where the name has none
 * @param repository with {@code library/} where Docker Hub's own names leave it out
 * @param version a digest as sha256:…, or a tag
 */
record ImageReference(String registry, String repository, String version) {
    private static final String HUB = "docker.io";

    static ImageReference parse(String name) {
        int at = name.indexOf('@');
        String path = at < 0 ? name : name.substring(0, at);
        String version = at < 0 ? "latest" : name.substring(at + 1);
        int colon = path.lastIndexOf(':');
        if (colon > path.lastIndexOf('/')) {
            version = at < 0 ? path.substring(colon + 1) : version;
            path = path.substring(0, colon);
        }
        int slash = path.indexOf('/');
        String first = slash < 0 ? "" : path.substring(0, slash);
        if (first.contains(".") || first.contains(":") || first.equals("localhost")) {
            String rest = path.substring(slash + 1);
            return first.equals("index." + HUB)
                    ? new ImageReference(HUB, rest, version)
                    : new ImageReference(first, rest, version);
        }
        return new ImageReference(HUB, slash < 0 ? "library/" + path : path, version);
    }

    boolean byDigest() {
        return version.contains(":");
    }

    /** As the engine takes it, without its version. */
    String name() {
        return registry + "/" + repository;
    }

    /** Under which credentials for its registry are kept. */
    String server() {
        return registry.equals(HUB) ? "https://index.docker.io/v1/" : registry;
    }

    @Override
    public String toString() {
        return name() + (byDigest() ? "@" : ":") + version;
    }
}
