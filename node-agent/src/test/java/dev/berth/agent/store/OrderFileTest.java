package dev.berth.agent.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderFileTest {
    @TempDir
    Path state;

    @Test
    void placeIsFoundAgain() {
        assertThat(new OrderFile(state).read()).isEqualTo(new OrderFile.Place(0, 0));
        new OrderFile(state).write(new OrderFile.Place(8, 55));
        assertThat(new OrderFile(state).read()).isEqualTo(new OrderFile.Place(8, 55));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "8", "8 ", "x y", "99999999999999999999 1", "\0\0\0\0"})
    void tornOneIsNone(String torn) throws IOException {
        Files.writeString(state.resolve("order"), torn);
        assertThat(new OrderFile(state).read()).isEqualTo(new OrderFile.Place(0, 0));
    }

    @Test
    void oneThatCantBeReadOrWrittenIsNone() throws IOException {
        Files.createDirectories(state.resolve("order/in the way"));
        OrderFile file = new OrderFile(state);
        assertThat(file.read()).isEqualTo(new OrderFile.Place(0, 0));
        file.write(new OrderFile.Place(1, 1));
    }

    @Test
    void laterStartIsTheGreaterOneAlsoWhereTheClockWasSetBack() {
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        String first = new Incarnations(state).next(now);
        String second = new Incarnations(state).next(now.minusSeconds(3600));
        String third = new Incarnations(state).next(now.plusSeconds(1));
        assertThat(first).matches("\\d{15}-.+");
        assertThat(second).isGreaterThan(first);
        assertThat(third).isGreaterThan(second);
    }
}
