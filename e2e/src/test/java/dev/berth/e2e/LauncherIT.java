package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** When the launcher builds: in a small tree of its own, whose Maven notes how it was called. */
@Execution(ExecutionMode.CONCURRENT)
class LauncherIT {
    private static final Path ROOT =
            Path.of(System.getProperty("berth.root", "..")).toAbsolutePath().normalize();
    private static final List<String> PROGRAMS =
            List.of("registry-service", "scheduler-service", "node-agent", "api-gateway", "cli");

    @TempDir
    Path tree;

    @BeforeEach
    void plant() throws IOException {
        for (String copied : List.of("berth", ".mvn/find-jdk", ".mvn/built", ".mvn/jvm.config")) {
            Files.createDirectories(tree.resolve(copied).getParent());
            Files.copy(ROOT.resolve(copied), tree.resolve(copied));
        }
        write("mvnw", """
                #!/bin/sh
                echo "$@" >>calls
                [ ! -f broken ] || { echo '[ERROR] does not compile'; exit 1; }
                for program in registry-service scheduler-service node-agent api-gateway cli; do
                  case ,$7, in *,$program,*) .mvn/built begin $program; .mvn/built end $program ;; esac
                done
                """);
        assertThat(tree.resolve("mvnw").toFile().setExecutable(true)).isTrue();
        write("pom.xml", "");
        for (String module :
                Stream.concat(PROGRAMS.stream(), Stream.of("protocol", "e2e")).toList()) {
            write(module + "/pom.xml", "");
            write(module + "/src/main/java/A.java", "class A {}");
        }
        // A JDK that says that it was called: what the command does is not what is tested here.
        write("jdk/release", "JAVA_VERSION=\"25\"");
        for (String program : List.of("java", "javac")) {
            write("jdk/bin/" + program, "#!/bin/sh\necho ran");
            assertThat(tree.resolve("jdk/bin/" + program).toFile().setExecutable(true))
                    .isTrue();
        }
    }

    private void write(String file, String text) throws IOException {
        Files.createDirectories(tree.resolve(file).getParent());
        Files.writeString(tree.resolve(file), text);
    }

    private String run(int status) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(tree.resolve("berth").toString(), "list").redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", tree.resolve("jdk").toString());
        Process berth = builder.start();
        String said = new String(berth.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(berth.waitFor()).as(said).isEqualTo(status);
        return said;
    }

    /** The programs that Maven was called for, call by call. */
    private List<String> built() throws IOException {
        return Files.readAllLines(tree.resolve("calls")).stream()
                .map(call -> call.replaceAll(".* -pl (\\S+) .*", "$1"))
                .toList();
    }

    @Test
    void untouchedTreeIsBuiltOnce() throws Exception {
        assertThat(run(0)).contains("berth: building ", "ran");
        assertThat(run(0)).doesNotContain("building");
        // A switch of branches and back writes the files anew.
        Files.setLastModifiedTime(tree.resolve("cli/src/main/java/A.java"), FileTime.from(Instant.now()));
        assertThat(run(0)).doesNotContain("building");
        assertThat(built()).containsExactly(String.join(",", PROGRAMS));
        assertThat(Files.readString(tree.resolve("calls")))
                .contains(" package ")
                .doesNotContain("install");
    }

    @Test
    void whatHasChangedIsBuiltAnew() throws Exception {
        run(0);
        write("api-gateway/src/main/java/A.java", "class A { int edited; }");
        run(0);
        write("scheduler-service/src/main/resources/db/V2.sql", "added");
        run(0);
        Files.delete(tree.resolve("node-agent/src/main/java/A.java"));
        run(0);
        write("protocol/src/main/proto/a.proto", "shared");
        run(0);
        write("pom.xml", "<project/>");
        run(0);
        String all = String.join(",", PROGRAMS);
        assertThat(built()).containsExactly(all, "api-gateway", "scheduler-service", "node-agent", all, all);
    }

    /** Nothing of the old time of an edit that was taken back is left: the older text may have the older date. */
    @Test
    void editThatIsTakenBackIsBuiltAnewToo() throws Exception {
        Path file = tree.resolve("cli/src/main/java/A.java");
        FileTime then = Files.getLastModifiedTime(file);
        run(0);
        write("cli/src/main/java/A.java", "class A { int edited; }");
        run(0);
        write("cli/src/main/java/A.java", "class A {}");
        Files.setLastModifiedTime(file, then);
        run(0);
        assertThat(built()).containsExactly(String.join(",", PROGRAMS), "cli", "cli");
    }

    @Test
    void whatNoProgramIsMadeOfIsNotBuilt() throws Exception {
        run(0);
        write("e2e/src/main/java/B.java", "class B {}");
        write("cli/src/test/java/ATest.java", "class ATest {}");
        write("cli/src/main/java/.A.java.swp", "an editor's");
        write("docs/labels.md", "words");
        assertThat(run(0)).doesNotContain("building");
    }

    @Test
    void failedBuildSaysWhyAndIsTriedAgain() throws Exception {
        write("broken", "");
        assertThat(run(1)).contains("berth: the build failed:", "[ERROR] does not compile", "see " + tree);
        Files.delete(tree.resolve("broken"));
        assertThat(run(0)).contains("ran");
        assertThat(built()).hasSize(2);
    }

    @Test
    void mavensOwnBuildLeavesNothingToBuild() throws Exception {
        Process stale = new ProcessBuilder(ROOT.resolve(".mvn/built").toString(), "stale").start();
        assertThat(new String(stale.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
        assertThat(stale.waitFor()).isZero();
    }
}
