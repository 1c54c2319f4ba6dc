package dev.berth.agent.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateLockTest {
    @TempDir
    Path state;

    @Test
    void folderIsOneAgentsUntilItEnds() throws IOException {
        Optional<StateLock> first = StateLock.take(state);
        assertThat(first).isPresent();
        assertThat(StateLock.take(state)).isEmpty();
        assertThat(StateLock.holder(state))
                .isEqualTo("process " + ProcessHandle.current().pid());
        first.get().close();
        try (StateLock next = StateLock.take(state).orElseThrow()) {
            assertThat(next).isNotNull();
        }
    }
}
