package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.client.BerthClient;
import dev.berth.client.BerthException;
import dev.berth.client.SourceBundle;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Source bundles on their way from a client through gateway and registry to the nodes. */
class SourceIT {
    /** More than the heap of the registry, and than that of an agent; less than this Berth takes. */
    private static final int MEBIBYTES = 136;

    private static LocalBerth berth;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws IOException {
        berth = LocalBerth.shared();
    }

    @BeforeEach
    void everythingIsThere() throws IOException {
        berth.awaitAll();
    }

    @AfterEach
    void leaveNothing() {
        berth.stopAll();
    }

    private void fill(int mebibytes, long seed) throws IOException {
        Random random = new Random(seed);
        byte[] mebibyte = new byte[1 << 20];
        try (OutputStream out = Files.newOutputStream(folder.resolve("weights.bin"))) {
            for (int i = 0; i < mebibytes; i++) {
                random.nextBytes(mebibyte);
                out.write(mebibyte);
            }
        }
    }

    private static long rows(String table) throws IOException, SQLException {
        try (Connection database = berth.database();
                Statement statement = database.createStatement();
                ResultSet count = statement.executeQuery("select count(*) from registry." + table)) {
            count.next();
            return count.getLong(1);
        }
    }

    @Test
    void bundleLargerThanAnyServicesHeapArrivesAndIsCollectedWithItsApp() throws Exception {
        List<Long> before =
                berth.supervisor.parts().stream().map(berth.supervisor::pid).toList();
        LocalBerth.await("no bundles of earlier tests", Duration.ofSeconds(60), () -> rows("source") == 0);
        fill(MEBIBYTES, 1);
        BerthClient client = berth.client();
        try (SourceBundle bundle = SourceBundle.of(folder, 1L << 30)) {
            assertThat(client.hasSource(bundle.digest())).isFalse();
            client.uploadSource(bundle.digest(), bundle.file());
            assertThat(client.hasSource(bundle.digest())).isTrue();
            String manifest = LocalBerth.manifest("large", 2, "", "")
                    .replace(
                            "command: [java,",
                            "command: [sh, -c, 'test $(stat -c %s weights.bin) = " + (MEBIBYTES << 20)
                                    + " && exec \"$@\"', sh, java,");
            String digest = bundle.digest();
            int version = client.deploy(
                            "large",
                            manifest + "source: .\n",
                            digest,
                            new BerthClient.DeployOptions("", "", "", "", false))
                    .version();
            assertThat(berth.outcome("large", version).path("outcome").asText()).isEqualTo("live");
        }
        assertThat(berth.supervisor.parts().stream().map(berth.supervisor::pid).toList())
                .as("nothing died of it")
                .isEqualTo(before);
        assertThat(rows("source")).isEqualTo(1);
        assertThat(rows("source_chunk")).isGreaterThan(MEBIBYTES);
        client.stop("large");
        LocalBerth.await("its collection", Duration.ofSeconds(90), () -> rows("source_chunk") == 0);
        assertThat(rows("source") + rows("source_upload")).isZero();
    }

    @Test
    void uploadThatIsNotWhatItClaimsOrTooLargeLeavesNothing() throws Exception {
        fill(3, 2);
        BerthClient client = berth.client();
        long chunks = rows("source_chunk");
        assertThatThrownBy(() -> client.uploadSource("0".repeat(64), folder.resolve("weights.bin")))
                .isInstanceOfSatisfying(
                        BerthException.class,
                        refused -> assertThat(refused.status()).isEqualTo(400))
                .hasMessageContaining("the bundle's bytes have digest");
        fill((int) (LocalBerth.SOURCE_LIMIT >> 20) + 1, 3);
        assertThatThrownBy(() -> client.uploadSource("0".repeat(64), folder.resolve("weights.bin")))
                .isInstanceOfSatisfying(
                        BerthException.class,
                        refused -> assertThat(refused.status()).isEqualTo(413))
                .hasMessageContaining("the source bundle is over " + LocalBerth.SOURCE_LIMIT + " bytes");
        LocalBerth.await(
                "the end of both",
                Duration.ofSeconds(30),
                () -> rows("source_chunk") <= chunks && rows("source_upload") == 0);
    }
}
