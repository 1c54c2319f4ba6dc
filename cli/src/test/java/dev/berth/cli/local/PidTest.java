package dev.berth.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PidTest {
    @TempDir
    Path folder;

    private final Pid own = Pid.of(ProcessHandle.current().pid());

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("pid"), content);
    }

    @Test
    void livingProcessIsFoundWithAndWithoutItsBoot() throws IOException {
        String boot =
                Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        own.write(folder.resolve("written"));
        assertThat(Pid.read(folder.resolve("written"))).contains(own);
        assertThat(Pid.read(file(own.number() + " " + own.startTime()))).contains(own);
        assertThat(Pid.read(file(own.number() + " " + own.startTime() + " " + boot + "\n")))
                .contains(own);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%d 1", "%d %s 00000000-0000-0000-0000-000000000000", "%d", "", "x y", "-1 %s"})
    void whatIsTornOrOfAnotherProcessIsNone(String content) throws IOException {
        assertThat(Pid.read(file(
                        content.startsWith("%d")
                                ? content.formatted(own.number(), own.startTime())
                                : content.formatted(own.startTime()))))
                .isEmpty();
        assertThat(Pid.read(folder.resolve("none"))).isEmpty();
    }
}
