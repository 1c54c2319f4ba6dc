package dev.berth.client;

import java.util.Optional;

/**
 * A line of a {@code .berthignore}, read as git reads one of a {@code .gitignore}.
 *
 * @param takesBack begins with {@code !}
 * @param foldersOnly ends with a slash
 * @param wholePath has a slash before its end: it is of the path from the file's folder on; else of a name at any depth
 * @param literal what the text begins with, letter for letter
 * @param rest for what follows
 */
record IgnoreRule(boolean takesBack, boolean foldersOnly, boolean wholePath, String literal, Wildcards rest) {

    /** @return empty for a line that can match nothing */
    static Optional<IgnoreRule> of(String line) {
        if (line.startsWith("#")) {
            return Optional.empty();
        }
        String pattern = trimmed(line);
        boolean takesBack = pattern.startsWith("!");
        pattern = takesBack ? pattern.substring(1) : pattern;
        boolean foldersOnly = pattern.endsWith("/");
        pattern = foldersOnly ? pattern.substring(0, pattern.length() - 1) : pattern;
        boolean wholePath = pattern.contains("/");
        pattern = pattern.startsWith("/") ? pattern.substring(1) : pattern;
        if (pattern.isEmpty()) {
            return Optional.empty();
        }
        // The wildcards are read without what is before them, as git does: d**/x is d, then any folders, then x.
        int letters = 0;
        while (letters < pattern.length() && "*?[\\".indexOf(pattern.charAt(letters)) < 0) {
            letters++;
        }
        String literal = pattern.substring(0, letters);
        return Wildcards.of(pattern.substring(letters))
                .map(rest -> new IgnoreRule(takesBack, foldersOnly, wholePath, literal, rest));
    }

    /** Without spaces at the end, but for one after a backslash. */
    private static String trimmed(String line) {
        int end = 0;
        for (int at = 0; at < line.length(); at++) {
            if (line.charAt(at) == '\\') {
                at++;
                if (at == line.length()) {
                    return line;
                }
                end = at + 1;
            } else if (line.charAt(at) != ' ') {
                end = at + 1;
            }
        }
        return line.substring(0, end);
    }

    /** @param path from the file's folder on */
    boolean matches(String path, boolean folder) {
        if (foldersOnly && !folder) {
            return false;
        }
        String text = wholePath ? path : path.substring(path.lastIndexOf('/') + 1);
        return text.startsWith(literal) && rest.matches(text.substring(literal.length()));
    }
}
