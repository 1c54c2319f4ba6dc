package dev.berth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher's command says and reads names as they are, whatever locale it is started in. */
class LocaleTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    @TempDir
    Path tree;

    /** A tree of Berth in which nothing is to be built. */
    @BeforeEach
    void layOut() throws IOException {
        Files.copy(ROOT.resolve("berth"), tree.resolve("berth"));
        program(".mvn/find-jdk", "echo '" + System.getProperty("java.home") + "'");
        program(".mvn/built", "");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, BerthCommand.class.getName());
        manifest.getMainAttributes()
                .put(
                        Attributes.Name.CLASS_PATH,
                        Arrays.stream(System.getProperty("java.class.path").split(":"))
                                .map(entry -> Path.of(entry).toUri().toString())
                                .collect(Collectors.joining(" ")));
        Path jar = tree.resolve("cli/target/berth-cli.jar");
        Files.createDirectories(jar.getParent());
        try (OutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            out.flush();
        }
    }

    private void program(String name, String text) throws IOException {
        Path program = tree.resolve(name);
        Files.createDirectories(program.getParent());
        Files.writeString(program, "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** The shell makes the names: this JVM's own locale may not be able to. */
    private String plan(Map<String, String> locale) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        "sh",
                        "-c",
                        "d=$(printf 'stra\\303\\237e'); mkdir -p $d; printf 'app: x\\nsource: n\\303\\251\\n' > $d/berth.yaml;"
                                + " exec ./berth plan -f $d/berth.yaml")
                .directory(tree.toFile())
                .redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.equals("LANG") || name.startsWith("LC_"));
        builder.environment().putAll(locale);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isEqualTo(BerthCommand.WRONG_USE);
        return said;
    }

    @Test
    void namesAreReadAndSaidInEachLocale() throws Exception {
        for (Map<String, String> locale : List.of(
                Map.<String, String>of(),
                Map.of("LC_ALL", "POSIX"),
                Map.of("LANG", "xx_XX.UTF-8"),
                Map.of("LANG", "C.UTF-8"))) {
            assertThat(plan(locale)).as(locale.toString()).contains("source né is no folder", "/straße");
        }
    }
}
