package dev.berth.client;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the {@code .berthignore} of a folder and of those above it leave out, exactly as git reads {@code .gitignore}. The
 * last line that matches decides, and a deeper file comes after those above it. What is in a folder that is left out is
 * never asked for: no line takes it back.
 */
final class Ignore {
    static final String FILE = ".berthignore";

    /** In the order of the files; paths of {@code rules} are those after {@code from} characters. */
    private final Optional<Ignore> above;

    private final int from;
    private final List<IgnoreRule> rules;

    private Ignore(Optional<Ignore> above, int from, List<IgnoreRule> rules) {
        this.above = above;
        this.from = from;
        this.rules = rules;
    }

    /** Where no file says anything. */
    static Ignore nothing() {
        return new Ignore(Optional.empty(), 0, List.of());
    }

    /** @param content of the file that is in this folder */
    Ignore with(RawPath folder, byte[] content) {
        return new Ignore(
                Optional.of(this),
                folder.bytes().isEmpty() ? 0 : folder.bytes().length() + 1,
                lines(content).map(IgnoreRule::of).flatMap(Optional::stream).toList());
    }

    /** Bytes, not text: a name in another encoding is matched by the same bytes. */
    private static Stream<String> lines(byte[] content) {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        String all = text.startsWith("\u00EF\u00BB\u00BF") ? text.substring(3) : text;
        return Arrays.stream(all.split("\n", -1))
                .map(line -> line.endsWith("\r") ? line.substring(0, line.length() - 1) : line)
                .map(line -> line.indexOf('\0') < 0 ? line : line.substring(0, line.indexOf('\0')));
    }

    /** Git never takes its own folder in, and Berth's state is no source; no line takes them back. */
    boolean leavesOut(RawPath path, boolean folder) {
        String name = path.name();
        return name.equals(".git") || folder && name.equals(".berth") || lastWord(path, folder);
    }

    private boolean lastWord(RawPath path, boolean folder) {
        String inside = path.bytes().substring(from);
        for (IgnoreRule rule : rules.reversed()) {
            if (rule.matches(inside, folder)) {
                return !rule.takesBack();
            }
        }
        return above.isPresent() && above.get().lastWord(path, folder);
    }
}
