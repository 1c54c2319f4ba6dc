package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.protocol.key.PartKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code deploy/compose/configure} makes, in a copy of the tree. */
class ConfigureTest {
    @TempDir
    private Path clone;

    private Path environment;
    private Path bus;

    @BeforeEach
    void copy() throws IOException, InterruptedException {
        if (new ProcessBuilder("sh", "-c", "command -v openssl >&2").start().waitFor() != 0) {
            System.err.println("SKIPPED: there is no openssl (Debian: apt-get install openssl)");
            Assumptions.abort("there is no openssl");
        }
        Path folder = Files.createDirectories(clone.resolve("deploy/compose"));
        Path docs = Files.createDirectories(clone.resolve("docs"));
        Files.copy(LocalBerth.ROOT.resolve("deploy/compose/configure"), folder.resolve("configure"));
        Files.copy(LocalBerth.ROOT.resolve("docs/nats.conf"), docs.resolve("nats.conf"));
        environment = folder.resolve(".env");
        bus = folder.resolve("nats.conf");
    }

    /** @param status that it is to exit with */
    private String configure(int status) throws IOException, InterruptedException {
        ProcessBuilder command =
                new ProcessBuilder(clone.resolve("deploy/compose/configure").toString()).redirectErrorStream(true);
        command.environment().merge("PATH", clone.resolve("bin").toString(), (path, first) -> first + ":" + path);
        Process process = command.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isEqualTo(status);
        return said;
    }

    private Map<String, String> settings() throws IOException {
        Map<String, String> settings = new HashMap<>();
        for (String line : Files.readAllLines(environment)) {
            settings.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
        }
        return settings;
    }

    @Test
    void eachPartHasTheKeyThatItsServiceExpects() throws Exception {
        configure(0);
        Map<String, String> settings = settings();
        String registry = settings.get("BERTH_KEY_REGISTRY_OWN");
        String scheduler = settings.get("BERTH_KEY_SCHEDULER_OWN");
        assertThat(registry).hasSizeGreaterThanOrEqualTo(40).isNotEqualTo(scheduler);
        assertThat(settings)
                .containsEntry("BERTH_KEY_REGISTRY_OF_SCHEDULER", PartKey.of(registry, "scheduler"))
                .containsEntry("BERTH_KEY_REGISTRY_OF_GATEWAY", PartKey.of(registry, "gateway"))
                .containsEntry("BERTH_KEY_SCHEDULER_OF_GATEWAY", PartKey.of(scheduler, "gateway"))
                .containsEntry("BERTH_KEY_REGISTRY_OF_AGENT", PartKey.of(registry, "agent-local-1"));
    }

    @Test
    void eachPartIsAUserOfTheBusWithItsOwnPassword() throws Exception {
        configure(0);
        Map<String, String> settings = settings();
        Map<String, String> users = Map.of(
                "registry", "REGISTRY", "scheduler", "SCHEDULER", "gateway", "GATEWAY", "agent-local-1", "AGENT");
        String conf = Files.readString(bus);
        users.forEach((user, part) -> assertThat(conf)
                .contains("user: \"" + user + "\", password: \"" + settings.get("BERTH_NATS_PASSWORD_" + part) + "\""));
        assertThat(conf).doesNotContain("PASSWORD").doesNotContain("NODE");
        assertThat(settings.values()).as("each its own").doesNotHaveDuplicates();
    }

    /** Arguments of a program are there for everybody on the machine to read. */
    @Test
    void noSecretIsInTheArgumentsOfAProgram() throws Exception {
        Path programs = Files.createDirectory(clone.resolve("bin"));
        Path heard = clone.resolve("arguments");
        for (String name : List.of("openssl", "sed", "od", "cut", "printf", "cat")) {
            Path program = programs.resolve(name);
            Files.writeString(program, """
                    #!/bin/sh
                    echo "%s $*" >>'%s'
                    PATH=${PATH#*:} exec %s "$@"
                    """.formatted(name, heard, name));
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        }
        configure(0);
        assertThat(Files.readString(heard))
                .contains("openssl rand -hex 20", "openssl dgst -sha256 -binary", "sed -f")
                .doesNotContain(settings().values());
    }

    @Test
    void whatIsThereStaysAndIsItsOwnersAlone() throws Exception {
        configure(0);
        List<Path> files = List.of(environment, bus);
        List<String> before = List.of(Files.readString(environment), Files.readString(bus));
        assertThat(configure(1)).contains(".env is there already");
        assertThat(List.of(Files.readString(environment), Files.readString(bus)))
                .isEqualTo(before);
        for (Path file : files) {
            assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        }
    }
}
