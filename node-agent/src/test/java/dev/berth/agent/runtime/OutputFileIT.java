package dev.berth.agent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A container's output, written by a real process while it is read. */
class OutputFileIT {
    @TempDir
    Path folder;

    private Path file;
    private OutputFile output;

    @BeforeEach
    void open() {
        file = folder.resolve("output.log");
        output = new OutputFile(file);
    }

    @Test
    void noLineIsLostAndTheDiskStaysSmallWhileMuchIsWritten() throws Exception {
        int lines = 6_000_000;
        Process writer = new ProcessBuilder("seq", String.valueOf(lines))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(file.toFile()))
                .start();
        long read = 0;
        int expected = 1;
        while (expected <= lines) {
            OutputFile.Lines piece = output.read(read, false);
            assertThat(!piece.lines().isEmpty() || writer.isAlive() || read < Files.size(file))
                    .as("line %d is missing", expected)
                    .isTrue();
            for (String line : piece.lines()) {
                if (Integer.parseInt(line) != expected++) {
                    throw new AssertionError(line + " came where " + (expected - 1) + " was due");
                }
            }
            read = piece.next();
            output.free(read);
        }
        assertThat(read).isEqualTo(Files.size(file)).isGreaterThan(4 * OutputFile.LARGE);
        assertThat(kibibytesOnDisk()).isBetween(OutputFile.KEPT >> 10, (OutputFile.LARGE + 2 * OutputFile.KEPT) >> 10);
        assertThat(output.tail(2)).containsExactly(String.valueOf(lines - 1), String.valueOf(lines));
    }

    private long kibibytesOnDisk() throws IOException {
        Process du = new ProcessBuilder("du", "-k", file.toString()).start();
        return Long.parseLong(new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("\t")[0]);
    }

    @Test
    void lineWithoutAnEndWaitsForItUnlessNoMoreWillCome() throws IOException {
        Files.writeString(file, "one\ntwo");
        assertThat(output.read(0, false)).isEqualTo(new OutputFile.Lines(List.of("one"), 4));
        assertThat(output.read(4, false)).isEqualTo(new OutputFile.Lines(List.of(), 4));
        assertThat(output.read(4, true)).isEqualTo(new OutputFile.Lines(List.of("two"), 7));
        assertThat(new OutputFile(folder.resolve("none")).read(0, true)).isEqualTo(new OutputFile.Lines(List.of(), 0));
    }

    @Test
    void endlessLineComesInPiecesOfWholeCharacters() throws IOException {
        String line = "x" + "é€😀".repeat(100_000);
        Files.writeString(file, line);
        List<String> pieces = new ArrayList<>();
        long read = 0;
        while (read < Files.size(file)) {
            OutputFile.Lines piece = output.read(read, read > 0 && Files.size(file) - read < 200_000);
            pieces.addAll(piece.lines());
            read = piece.next();
        }
        assertThat(pieces).hasSizeGreaterThan(2);
        assertThat(String.join("", pieces)).isEqualTo(line);
    }

    @Test
    void bytesThatAreNoTextStopNothing() throws IOException {
        Files.write(file, new byte[600_000]);
        byte[] rest = new byte[600_000];
        java.util.Arrays.fill(rest, (byte) 0x80);
        Files.write(file, rest, StandardOpenOption.APPEND);
        long read = 0;
        while (read < 1_200_000) {
            long next = output.read(read, true).next();
            assertThat(next).isGreaterThan(read);
            read = next;
        }
    }

    @Test
    void outputThatNobodyTakesDoesNotFillTheDisk() throws Exception {
        int lines = 10_000_000;
        Process writer = new ProcessBuilder("seq", String.valueOf(lines))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(file.toFile()))
                .start();
        assertThat(writer.waitFor()).isZero();
        long length = Files.size(file);
        assertThat(output.keepUp(length - OutputFile.WAITING)).isEqualTo(length - OutputFile.WAITING);

        long next = output.keepUp(0);
        output.free(next);
        assertThat(kibibytesOnDisk()).isLessThan(OutputFile.WAITING >> 10);
        assertThat(next).isBetween(length - OutputFile.WAITING / 2, length - OutputFile.WAITING / 2 + 10);
        List<String> first = output.read(next, false).lines();
        assertThat(first).hasSize(10_000);
        int number = Integer.parseInt(first.get(0));
        assertThat(first.get(9_999)).isEqualTo(String.valueOf(number + 9_999));
        long rest = 0;
        for (int i = number; i <= lines; i++) {
            rest += String.valueOf(i).length() + 1;
        }
        assertThat(rest).as("a whole line is the first").isEqualTo(length - next);
    }
}
