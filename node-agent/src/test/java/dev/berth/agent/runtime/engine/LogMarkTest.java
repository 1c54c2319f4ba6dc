package dev.berth.agent.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How output that is told again is known, without an engine. */
class LogMarkTest {
    private static final Instant NOON = Instant.parse("2026-11-26T12:00:00.000000001Z");

    @TempDir
    Path folder;

    private LogCopy copy() throws IOException {
        return new LogCopy(folder.resolve("output"), folder.resolve("mark"), LogMark.OF_TWO_WRITERS);
    }

    private static LogPieces.Piece piece(long nanos, String text) {
        return new LogPieces.Piece(NOON.plusNanos(nanos), text.getBytes(StandardCharsets.UTF_8));
    }

    private String output() throws IOException {
        return Files.readString(folder.resolve("output"));
    }

    @Test
    void piecesOfOneTimeAreCounted() throws IOException {
        try (LogCopy copy = copy()) {
            copy.add(piece(0, "a\n"));
            copy.add(piece(0, "b\n"));
            copy.begin();
            for (String text : List.of("a\n", "b\n", "c\n")) {
                copy.add(piece(0, text));
            }
            assertThat(output()).isEqualTo("a\nb\nc\n");
            assertThat(copy.begin().since()).contains(NOON);
        }
    }

    /** Two threads of the engine write one log. */
    @Test
    void piecesThatAreOlderThanTheNewestAreNotLost() throws IOException {
        try (LogCopy copy = copy()) {
            copy.add(piece(0, "a\n"));
            copy.add(piece(9, "c\n"));
            copy.begin();
            copy.add(piece(0, "a\n"));
            copy.add(piece(9, "c\n"));
            copy.add(piece(5, "b\n"));
            assertThat(output()).isEqualTo("a\nc\nb\n");
        }
    }

    /** Docker 25 and later: from the first that is not older on, whatever its time. */
    @Test
    void oldPieceThatIsToldAgainBetweenNewOnesIsNotRepeated() throws IOException {
        try (LogCopy copy = copy()) {
            for (int i = 1; i <= 100; i++) {
                copy.add(piece(i, i + "\n"));
                if (i == 80) {
                    copy.add(piece(2, "late\n"));
                }
            }
            String all = output();
            copy.keep();
            Instant since = copy.begin().since().orElseThrow();
            assertThat(since).isEqualTo(NOON.plusNanos(37));
            for (int i = 37; i <= 100; i++) {
                copy.add(piece(i, i + "\n"));
                if (i == 80) {
                    copy.add(piece(2, "late\n"));
                }
            }
            assertThat(output()).isEqualTo(all);
            copy.add(piece(2, "later\n"));
            assertThat(output()).isEqualTo(all + "later\n");
        }
        String all = output();
        // Docker before 25 leaves it out; the mark is the one that was kept.
        try (LogCopy copy = copy()) {
            for (int i = 37; i <= 100; i++) {
                copy.add(piece(i, i + "\n"));
            }
        }
        assertThat(output()).isEqualTo(all);
    }

    @Test
    void whatWasWrittenBehindTheMarkIsKnownByItsBytesAlsoWhereItIsTorn() throws IOException {
        try (LogCopy copy = copy()) {
            copy.add(piece(0, "a\n"));
            copy.keep();
        }
        Files.writeString(folder.resolve("output"), "a\nb\nlong");
        try (LogCopy copy = copy()) {
            copy.add(piece(0, "a\n"));
            copy.add(piece(1, "b\n"));
            copy.add(piece(2, "longer\n"));
            copy.add(piece(3, "end\n"));
        }
        assertThat(output()).isEqualTo("a\nb\nlonger\nend\n");
    }

    @Test
    void markThatIsTornIsNone() {
        LogMark mark = new LogMark(LogMark.OF_TWO_WRITERS);
        mark.copied(NOON, 7);
        assertThat(LogMark.parse(mark.text(), LogMark.OF_TWO_WRITERS)).hasValueSatisfying(same -> {
            assertThat(same.length()).isEqualTo(7);
            assertThat(same.replay().knows(NOON)).isTrue();
        });
        assertThat(LogMark.parse("", LogMark.OF_TWO_WRITERS)).isEmpty();
        assertThat(LogMark.parse("7\n2026-11-26T12", LogMark.OF_TWO_WRITERS)).isEmpty();
    }

    @Test
    void markStaysSmall() {
        LogMark mark = new LogMark(LogMark.OF_TWO_WRITERS);
        for (int i = 0; i < 1000; i++) {
            mark.copied(NOON.plusNanos(i), i);
        }
        assertThat(mark.since()).contains(NOON.plusNanos(936));
        assertThat(mark.replay().knows(NOON.plusNanos(935))).isFalse();
    }

    @Test
    void piecesAreReadAndWhatBreaksOffIsAFault() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream frames = new DataOutputStream(bytes);
        byte[] text = (NOON + " hello\n").getBytes(StandardCharsets.UTF_8);
        frames.writeInt(1 << 24);
        frames.writeInt(text.length);
        frames.write(text);
        LogPieces whole = new LogPieces(new ByteArrayInputStream(bytes.toByteArray()));
        LogPieces.Piece first = whole.next().orElseThrow();
        assertThat(first.time()).isEqualTo(NOON);
        assertThat(new String(first.bytes(), StandardCharsets.UTF_8)).isEqualTo("hello\n");
        assertThat(whole.next()).isEmpty();
        LogPieces torn = new LogPieces(new ByteArrayInputStream(bytes.toByteArray(), 0, bytes.size() - 1));
        assertThat(org.assertj.core.api.Assertions.catchThrowable(torn::next)).isInstanceOf(EOFException.class);
    }
}
