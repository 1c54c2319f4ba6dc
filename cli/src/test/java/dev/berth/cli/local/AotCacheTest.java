package dev.berth.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AotCacheTest {
    private static final List<String> FLAGS = List.of("-Xmx96m");

    @TempDir
    Path folder;

    private Path jar;

    @BeforeEach
    void build() throws IOException {
        jar = folder.resolve("application/lib/a.jar");
        Files.createDirectories(jar.getParent());
        Files.writeString(jar, "classes");
    }

    private AotCache cache(List<String> flags) throws IOException {
        return new AotCache(folder.resolve("aot"), folder.resolve("application"), flags);
    }

    /** As a JVM does when it ends. */
    private static void write(AotCache cache) throws IOException {
        String flag = cache.train().getFirst();
        Files.writeString(Path.of(flag.replace("-XX:AOTCacheOutput=", "")), "cache");
    }

    private void make(List<String> flags) throws IOException {
        write(cache(flags));
        cache(flags).keep();
    }

    @Test
    void whatIsKeptIsUsed() throws IOException {
        assertThat(cache(FLAGS).use()).isEmpty();
        write(cache(FLAGS));
        assertThat(cache(FLAGS).use()).as("not before it is whole").isEmpty();
        cache(FLAGS).keep();
        assertThat(cache(FLAGS).use()).anyMatch(flag -> flag.startsWith("-XX:AOTCache=" + folder.resolve("aot")));
    }

    @Test
    void cacheIsOfTheseFlagsAlone() throws IOException {
        make(FLAGS);
        assertThat(cache(List.of("-Xmx97m")).use()).isEmpty();
    }

    @Test
    void cacheIsOfTheseJarsAlone() throws IOException {
        make(FLAGS);
        Files.setLastModifiedTime(jar, FileTime.fromMillis(1_000));
        assertThat(cache(FLAGS).use()).as("written anew").isEmpty();
        make(FLAGS);
        Files.writeString(folder.resolve("application/lib/b.jar"), "");
        assertThat(cache(FLAGS).use()).as("one more").isEmpty();
    }

    @Test
    void keepingOneTakesThoseOfEarlierBuildsAway() throws IOException {
        make(FLAGS);
        Files.setLastModifiedTime(jar, FileTime.fromMillis(1_000));
        make(FLAGS);
        assertThat(folder.resolve("aot"))
                .isDirectoryContaining(file -> file.toString().endsWith(".aot"));
        try (var files = Files.list(folder.resolve("aot"))) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void cacheOfAJvmThatWasKilledWhileItWroteIsAFault() throws IOException {
        AotCache cache = cache(FLAGS);
        Files.createFile(Path.of(cache.train().getFirst().replace("-XX:AOTCacheOutput=", "")));
        assertThatThrownBy(cache::keep).isInstanceOf(IOException.class).hasMessageContaining("no AOT cache");
        assertThat(cache.use()).isEmpty();
    }

    @Test
    void trainingThatWroteNothingIsAFault() {
        assertThatThrownBy(() -> cache(FLAGS).keep())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no AOT cache was written");
    }
}
