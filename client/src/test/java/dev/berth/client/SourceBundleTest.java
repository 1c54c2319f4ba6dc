package dev.berth.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
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
}
