package dev.berth.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** What is packed of a real folder is what git lists of it. */
@EnabledIf("dev.berth.client.Git#isThere")
class GitIgnoreTest {
    private static final int FOLDERS = Integer.getInteger("berth.ignore.folders", 200);
    private static final long SEED = Long.getLong("berth.ignore.seed", 17);
    /** Names that patterns trip over; letters repeat, so that many patterns match something. */
    private static final List<String> NAMES = List.of(("a'b'ab'aab'ba'a.b'.a'a b'a 'a,b'{a,b}'['[a'a]'*'**'?'!a'#a'"
                    + "\\'a\\'a\\b'^'-'~'B'1'\n'a\r'" + SourceFolder.utf8("\u00e9'a\u00e9"))
            .split("'"));

    private static final List<String> BELOW =
            List.of("d/a", "d/b", "d/[", "d/e/a", "d/e/b", "e/d/a", "e/d/d/b", "ad/a/b", "a-/x", "da/d/e/a b");

    /** What lines are drawn from: letters of the names, and what means something to git, whole and in pieces. */
    private static final List<String> PIECES = List.of(("a'a'a'b'b'd'd'e'x'B'1' '.',"
                    + "'{'}'#'~'-'^'!'/'/'/'\\'\\'['['['*'*'*'?'?'**'**/'**/'/**'/**/'***/'[!'[^'[a-b]'[!a]'[^a]'[]"
                    + "'[[:alpha:]'[[:punct:]]'[[:x:]]':]']']'\\*'\\ '\r'\n'\n'\u00C3'" + SourceFolder.utf8("\u00e9"))
            .split("'"));

    @TempDir
    Path folder;

    @TempDir
    Path home;

    private final Random random = new Random(SEED);

    private String line() {
        return random.ints(1 + random.nextInt(5), 0, PIECES.size())
                .mapToObj(PIECES::get)
                .collect(Collectors.joining());
    }

    private String lines() {
        List<String> lines = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            lines.add((random.nextInt(5) == 0 ? "!" : "") + line());
        }
        return (random.nextInt(20) == 0 ? "\u00EF\u00BB\u00BF" : "") + String.join("\n", lines);
    }

    private static Set<String> packed(Path root) throws IOException {
        return SourceTree.of(root).files().stream()
                .map(source -> source.path().bytes())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void sameFilesAsGitForManyPatternsInManyFolders() throws Exception {
        SourceFolder source = new SourceFolder(folder);
        Map<String, String> said = new TreeMap<>();
        for (int i = 0; i < FOLDERS; i++) {
            String top = "f" + i + "/";
            for (String name : NAMES) {
                source.file(top + name, "");
            }
            for (String below : BELOW) {
                source.file(top + below, "");
            }
            String lines = lines();
            String deeper = random.nextBoolean() ? lines() : "";
            source.file(top + ".berthignore", lines);
            source.file(top + "d/.berthignore", deeper);
            said.put("f" + i, lines + " and in d " + deeper);
        }
        Git git = new Git(folder, home);
        Set<String> listed = git.files();
        Set<String> packed = packed(folder);
        Set<String> differing = new TreeSet<>(listed);
        differing.removeAll(packed);
        packed.stream().filter(path -> !listed.contains(path)).forEach(differing::add);
        assertThat(differing)
                .as(() -> differing.stream()
                        .map(path -> said.get(path.substring(0, path.indexOf('/'))))
                        .distinct()
                        .limit(5)
                        .collect(Collectors.joining("\n\n")))
                .isEmpty();
        assertThat(packed).hasSizeBetween(FOLDERS * 5, FOLDERS * 40);
    }

    @Test
    void fileThatNestedFilesTakeBackAndLeaveOut() throws Exception {
        SourceFolder source = new SourceFolder(folder);
        source.file(".berthignore", "*.log\n/out/\nsub/x\n");
        source.file("sub/.berthignore", "!keep.log\n/x.txt\n");
        source.file("sub/deep/.berthignore", "keep.log\n");
        source.file("out/.berthignore", "!*\n");
        for (String name : List.of("keep.log", "x.txt", "x", "main.py")) {
            for (String place : List.of("", "sub/", "sub/deep/", "out/")) {
                source.file(place + name, "");
            }
        }
        assertThat(packed(folder))
                .contains("sub/keep.log", "sub/deep/x.txt", "x.txt", "sub/deep/x")
                .doesNotContain("keep.log", "sub/x.txt", "sub/x", "sub/deep/keep.log", "out/main.py")
                .isEqualTo(new Git(folder, home).files());
        assertThat(Files.exists(folder.resolve("out/main.py"))).isTrue();
    }
}
