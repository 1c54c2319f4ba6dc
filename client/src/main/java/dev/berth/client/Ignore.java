package dev.berth.client;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;

/**
 * What a .berthignore leaves out, in the manner of .gitignore: a pattern without a slash matches at any depth, one with
 * a slash from the folder; a trailing slash means folders; {@code !} takes back. The last match decides.
 */
final class Ignore {
    private static final List<String> ALWAYS = List.of(".git/", ".berth/");

    private record Rule(PathMatcher matcher, boolean foldersOnly, boolean takesBack) {}

    private final List<Rule> rules = new ArrayList<>();

    Ignore(List<String> lines) {
        ALWAYS.forEach(this::add);
        lines.stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .forEach(this::add);
    }

    private void add(String line) {
        boolean takesBack = line.startsWith("!");
        String pattern = takesBack ? line.substring(1) : line;
        boolean foldersOnly = pattern.endsWith("/");
        pattern = foldersOnly ? pattern.substring(0, pattern.length() - 1) : pattern;
        boolean anchored = pattern.contains("/");
        pattern = pattern.startsWith("/") ? pattern.substring(1) : pattern;
        String glob = anchored ? "glob:" + pattern : "glob:{" + pattern + ",**/" + pattern + "}";
        rules.add(new Rule(FileSystems.getDefault().getPathMatcher(glob), foldersOnly, takesBack));
    }

    /** @param path relative to the folder */
    boolean matches(Path path, boolean folder) {
        boolean ignored = false;
        for (Rule rule : rules) {
            if ((folder || !rule.foldersOnly()) && rule.matcher().matches(path)) {
                ignored = !rule.takesBack();
            }
        }
        return ignored;
    }
}
