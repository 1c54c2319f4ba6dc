package dev.berth.agent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SourcesTest {
    @TempDir
    Path state;

    private Sources sources;

    @BeforeEach
    void open() throws IOException {
        sources = new Sources(state);
    }

    /** Each entry is a file "name", a folder "name/", or a link "name -> target". */
    private static byte[] tar(String... entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            for (String entry : entries) {
                String[] words = entry.split(" -> ");
                TarArchiveEntry made = words.length == 2
                        ? new TarArchiveEntry(words[0], TarConstants.LF_SYMLINK)
                        : new TarArchiveEntry(words[0], true);
                if (words.length == 2) {
                    made.setLinkName(words[1]);
                }
                boolean file = words.length == 1 && !entry.endsWith("/");
                byte[] content = file ? ("content of " + entry).getBytes(StandardCharsets.UTF_8) : new byte[0];
                made.setSize(content.length);
                tar.putArchiveEntry(made);
                tar.write(content);
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static String digest(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private Path unpack(byte[] tar) throws Exception {
        return sources.unpack(digest(tar), new ByteArrayInputStream(tar));
    }

    private List<String> left() throws IOException {
        try (Stream<Path> left = Files.list(state.resolve("sources"))) {
            return left.map(path -> path.getFileName().toString()).toList();
        }
    }

    @Test
    void bundleIsThereWholeAndAgainAtOnce() throws Exception {
        byte[] tar = tar("a.txt", "d/", "d/b.txt", "d/up -> ../a.txt", "around -> d");
        Path place = unpack(tar);
        assertThat(place.resolve("d/up")).hasContent("content of a.txt");
        assertThat(place.resolve("around/b.txt")).hasContent("content of d/b.txt");
        assertThat(unpack(tar)).isEqualTo(place);
        assertThat(left()).containsExactly(digest(tar));
        assertThat(sources.has(digest(tar))).isTrue();
    }

    @Test
    void bundleThatWasCutShortOrChangedLeavesNothing() throws Exception {
        byte[] tar = tar("a.txt", "b.txt");
        for (byte[] other : List.of(Arrays.copyOf(tar, 1024), Arrays.copyOf(tar, 700), new byte[0], tar("a.txt"))) {
            assertThatThrownBy(() -> sources.unpack(digest(tar), new ByteArrayInputStream(other)))
                    .isInstanceOf(IOException.class);
            assertThat(left()).isEmpty();
        }
    }

    static List<List<String>> waysOut() {
        return List.of(
                List.of("../evil"),
                List.of("d/../../evil"),
                List.of("out -> /etc/passwd"),
                List.of("out -> .."),
                List.of("d/", "d/out -> ../../evil"),
                List.of("out -> /tmp", "out/evil"),
                List.of("d/e/f/", "s -> d/e/f", "s/evil"),
                // Each of the two stays inside by its letters; one through the other does not.
                List.of("d/e/f/s -> ../../..", "t -> d/e/f/s/../../x"),
                List.of("t -> d/e/f/s/..", "d/e/f/s -> ../../.."));
    }

    @ParameterizedTest
    @MethodSource("waysOut")
    void nothingLeadsOutOfTheFolder(List<String> entries) throws Exception {
        byte[] tar = tar(entries.toArray(String[]::new));
        assertThatThrownBy(() -> unpack(tar)).isInstanceOf(IOException.class).hasMessageContaining("the bundle has a");
        assertThat(left()).isEmpty();
        assertThat(state.resolve("evil")).doesNotExist();
        assertThat(Path.of("/tmp/evil")).doesNotExist();
    }

    @Test
    void unusedBundlesAreCollectedAfterTheirTime() throws Exception {
        byte[] used = tar("used");
        byte[] unused = tar("unused");
        unpack(used);
        unpack(unused);
        sources.collect(Set.of(digest(used)), Duration.ofMinutes(1));
        sources.collect(Set.of(digest(used)), Duration.ofDays(1));
        assertThat(left()).hasSize(2);
        sources.collect(Set.of(digest(used)), Duration.ofDays(1).plusMinutes(1));
        assertThat(left()).containsExactly(digest(used));
    }
}
