package dev.berth.agent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiskSpaceTest {
    @ParameterizedTest
    @CsvSource({
        "268435456, 42949672960, false",
        "268435455, 42949672960, true",
        "0, 42949672960, true",
        "838860, 16777216, false",
        "838859, 16777216, true",
        "0, 0, false",
    })
    void diskIsFullBelowItsReserve(long free, long total, boolean full) {
        assertThat(DiskSpace.full(free, total, Path.of("/srv"), "new containers")
                        .isPresent())
                .isEqualTo(full);
    }

    @Test
    void saysWhatIsFreeOfWhatAndWhere() {
        assertThat(DiskSpace.full(0, 40L << 30, Path.of("/srv/berth"), "new containers")
                        .orElseThrow())
                .isEqualTo(
                        "disk full: 0 B of 40 GiB free under /srv/berth; new containers come here again when 256 MiB "
                                + "are");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "999, 999 B",
        "1000, 0.98 KiB",
        "1024, 1 KiB",
        "1536, 1.50 KiB",
        "838860, 819 KiB",
        "12582912, 12 MiB",
        "12687769, 12.1 MiB",
        "1073741823, 1.00 GiB",
        "4398046511104, 4 TiB",
        "9007199254740992, 8192 TiB",
    })
    void bytesAreSaidInThreeDigits(long bytes, String words) {
        assertThat(DiskSpace.words(bytes)).isEqualTo(words);
    }

    @Test
    void looksAtTheDiskOfItsFolder(@TempDir Path folder) throws IOException {
        assertThat(new DiskSpace(folder).full()).isEmpty();
    }
}
