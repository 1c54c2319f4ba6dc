package dev.berth.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceBundleTest {
    @TempDir
    Path folder;

    private void file(String name, String content) throws IOException {
        Files.createDirectories(folder.resolve(name).getParent());
        Files.writeString(folder.resolve(name), content);
    }

    private String digest() throws IOException {
        try (SourceBundle bundle = SourceBundle.of(folder, 1 << 20)) {
            return bundle.digest();
        }
    }

    private List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        try (SourceBundle bundle = SourceBundle.of(folder, 1 << 20);
                TarArchiveInputStream tar = new TarArchiveInputStream(Files.newInputStream(bundle.file()))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                names.add(entry.getName());
            }
        }
        return names;
    }

    @Test
    void digestDependsOnContentAlone() throws IOException {
        file("a.txt", "one");
        file("b/c.txt", "two");
        String before = digest();
        Files.setLastModifiedTime(folder.resolve("a.txt"), FileTime.fromMillis(12345));
        assertThat(digest()).isEqualTo(before);
        file("a.txt", "other");
        assertThat(digest()).isNotEqualTo(before);
    }

    @Test
    void ignoreFileIsHonoured() throws IOException {
        file(".berthignore", "# comment\n*.log\n!keep.log\nbuild/\n/top.txt\n");
        file("main.py", "");
        file("x.log", "");
        file("deep/y.log", "");
        file("keep.log", "");
        file("build/out", "");
        file("top.txt", "");
        file("deep/top.txt", "");
        file(".git/config", "");
        assertThat(names()).containsExactly(".berthignore", "deep/top.txt", "keep.log", "main.py");
    }

    @Test
    void linkInsideIsKeptAndLinkOutIsRefused() throws IOException {
        file("a.txt", "one");
        Files.createSymbolicLink(folder.resolve("inside"), Path.of("a.txt"));
        assertThat(names()).contains("inside");
        Files.createSymbolicLink(folder.resolve("outside"), Path.of("../../etc/passwd"));
        assertThatThrownBy(this::digest)
                .isInstanceOf(BerthException.class)
                .hasMessageContaining("link out of the source folder");
    }

    @Test
    void overTheLimitIsRefused() throws IOException {
        file("big.bin", "x".repeat(2 << 20));
        assertThatThrownBy(this::digest).isInstanceOf(BerthException.class).hasMessageContaining(".berthignore");
    }

    private String refusal() {
        try {
            return "packed, with digest " + digest();
        } catch (BerthException refused) {
            assertThat(refused.status()).isZero();
            return refused.getMessage();
        } catch (IOException fault) {
            throw new AssertionError(fault);
        }
    }

    @Test
    void namesArriveByteForByte() throws IOException {
        SourceFolder source = new SourceFolder(folder);
        for (String name : List.of(
                "a\\b.txt", "a/b.txt", "caf\u00e9.txt", "Stra\u00dfe/\ud83d\udea2", "two\nlines", "%41", "e\u0301")) {
            source.file(SourceFolder.utf8(name), "");
        }
        assertThat(names())
                .containsExactlyInAnyOrder(
                        "a\\b.txt",
                        "a/b.txt",
                        "caf\u00e9.txt",
                        "Stra\u00dfe/\ud83d\udea2",
                        "two\nlines",
                        "%41",
                        "e\u0301");
    }

    @Test
    void namesThatAreNotUtf8AreRefusedAllAtOnce() throws IOException {
        SourceFolder source = new SourceFolder(folder);
        source.file("caf\u00e9.txt", "");
        source.file("\u00fcber/x\u0007", "");
        source.file(SourceFolder.utf8("Stra\u00dfe\u0007/") + "\u00ff", "");
        assertThat(refusal())
                .contains("the names of Stra\u00dfe\\x07/\\xFF, caf\\xE9.txt, \\xFCber are not UTF-8")
                .contains(".berthignore");
        source.file(".berthignore", "caf?.txt\n\u00fcber\nStra*\n");
        assertThat(names()).containsExactly(".berthignore");
    }

    @Test
    void linkToANameThatIsNotUtf8IsRefused() throws IOException {
        SourceFolder source = new SourceFolder(folder);
        Files.createSymbolicLink(
                source.path(SourceFolder.utf8("\u00e9t\u00e9")),
                source.path(SourceFolder.utf8("\u00fc")).getFileName());
        assertThat(names()).containsExactly("\u00e9t\u00e9");
        Files.createSymbolicLink(source.path("link"), source.path("\u00fc").getFileName());
        assertThat(refusal()).contains("link is a link to \\xFC, a name that is not UTF-8");
    }

    @Test
    void whatIsNoFileIsLeftOut() throws Exception {
        file("a.txt", "");
        Process pipe = new ProcessBuilder("mkfifo", folder.resolve("pipe").toString()).start();
        assertThat(pipe.waitFor()).isZero();
        assertThat(names()).containsExactly("a.txt");
    }

    /** What a program without a locale would send. */
    static final class Elsewhere {
        private Elsewhere() {}

        public static void main(String[] arguments) throws IOException {
            try (SourceBundle bundle = SourceBundle.of(Path.of(arguments[0]), 1 << 20)) {
                System.out.println(bundle.digest());
            }
        }
    }

    @Test
    void digestIsTheSameInAJvmWithoutALocale() throws Exception {
        SourceFolder source = new SourceFolder(folder);
        source.file(SourceFolder.utf8("caf\u00e9/Stra\u00dfe.txt"), "x");
        source.file(".berthignore", SourceFolder.utf8("\u00fcber\n"));
        source.file(SourceFolder.utf8("\u00fcber"), "x");
        Files.createSymbolicLink(
                source.path(SourceFolder.utf8("\u00fcber-link")),
                source.path(SourceFolder.utf8("caf\u00e9")).getFileName());
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Elsewhere.class.getName(),
                        folder.toString())
                .redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.equals("LANG") || name.startsWith("LC_"));
        Process process = builder.start();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualToIgnoringNewLines(digest());
    }
}
