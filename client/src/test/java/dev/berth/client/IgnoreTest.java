package dev.berth.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each line of {@code ignore-vectors.tsv}: what the file says, a path, and what {@code git check-ignore} answers. */
class IgnoreTest {
    record Vector(String lines, String path, boolean leftOut) {}

    @TempDir
    Path folder;

    @TempDir
    Path home;

    static Stream<Vector> vectors() throws IOException {
        try (InputStream table = IgnoreTest.class.getResourceAsStream("ignore-vectors.tsv")) {
            return new String(table.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.startsWith("# "))
                    .map(line -> line.split("\t"))
                    .map(row -> new Vector(plain(row[0]), plain(row[1]), row[2].equals("ignored")));
        }
    }

    /** With Java's escapes undone; {@code \351} is a byte. */
    private static String plain(String escaped) {
        return escaped.translateEscapes();
    }

    private static boolean leavesOut(Ignore ignore, String path) {
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            if (ignore.leavesOut(new RawPath(path.substring(0, slash)), true)) {
                return true;
            }
        }
        return !path.endsWith("/") && ignore.leavesOut(new RawPath(path), false);
    }

    private static Ignore ignore(String lines) {
        return Ignore.nothing().with(RawPath.TOP, lines.getBytes(StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void answersAsGit(Vector vector) {
        assertThat(leavesOut(ignore(vector.lines()), vector.path())).isEqualTo(vector.leftOut());
    }

    @Test
    @EnabledIf("dev.berth.client.Git#isThere")
    void tableIsWhatGitSays() throws Exception {
        // A folder for each text, with all of its paths; git is asked once.
        Map<String, SourceFolder> folders = new TreeMap<>();
        Set<String> expected = new TreeSet<>();
        for (Vector vector : vectors().toList()) {
            SourceFolder own = folders.computeIfAbsent(
                    vector.lines(), lines -> new SourceFolder(folder.resolve("f" + folders.size())));
            Files.createDirectories(own.root());
            own.file(".gitignore", vector.lines());
            String path = vector.path();
            own.file(path.endsWith("/") ? path + "inside" : path, "");
            if (vector.leftOut()) {
                expected.add(own.root().getFileName() + "/" + path.replaceAll("/$", ""));
            }
        }
        Git git = new Git(folder, home);
        git.tell("init", "-q", ".");
        Set<String> told = new TreeSet<>();
        for (Vector vector : vectors().toList()) {
            // Asked by way of a file of names: arguments would pass through this process's locale.
            told.add(folders.get(vector.lines()).root().getFileName() + "/"
                    + vector.path().replaceAll("/$", ""));
        }
        Path names = Files.writeString(home.resolve("names"), String.join("\0", told), StandardCharsets.ISO_8859_1);
        assertThat(git.tell(names, "check-ignore", "--no-index", "--stdin", "-z"))
                .isEqualTo(expected);
    }

    @Test
    void noPatternTakesLong() {
        Ignore ignore = ignore("*a".repeat(2000) + "b\n" + "/**/a".repeat(500) + "\n" + "[".repeat(50_000) + "\n");
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertThat(leavesOut(ignore, "a".repeat(250) + "/a".repeat(50)))
                        .isFalse());
    }

    @Test
    void gitsFolderAndOwnStateStayOutWhateverIsTakenBack() {
        Ignore ignore = ignore("*\n!*/\n!*.py\n!.git\n!.berth/\n!.git/**\n");
        assertThat(leavesOut(ignore, "a/b.py")).isFalse();
        assertThat(leavesOut(ignore, ".git/hook.py")).isTrue();
        assertThat(leavesOut(ignore, "module/.git")).isTrue();
        assertThat(leavesOut(ignore, "a/.berth/state.py")).isTrue();
        assertThat(leavesOut(ignore("!.gitignore\n"), ".gitignore")).isFalse();
    }
}
