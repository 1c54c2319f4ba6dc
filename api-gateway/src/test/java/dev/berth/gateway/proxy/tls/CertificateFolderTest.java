package dev.berth.gateway.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Looks at a folder whose files change in between. It hears what is logged. */
@Isolated
class CertificateFolderTest {
    private static final Logger LOG = Logger.getLogger(CertificateFolder.class.getName());

    /** One pair each, made once. */
    @TempDir
    static Path made;

    @TempDir
    Path folder;

    private final List<String> said = new ArrayList<>();
    private int trials;
    private boolean unfit;
    private CertificateFolder certificates;
    private final Handler ear = new Handler() {
        @Override
        public void publish(LogRecord line) {
            said.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeAll
    static void make() throws IOException {
        for (String name : new String[] {"web", "newer", "default"}) {
            PairFiles.make(made, name, 2, name + ".example.com");
        }
    }

    @BeforeEach
    void begin() throws IOException {
        put("web", "web");
        put("default", "default");
        certificates = new CertificateFolder(folder, InstantSource.system(), pair -> {
            trials++;
            if (unfit) {
                throw new UnfitPair("it does not fit");
            }
        });
        LOG.addHandler(ear);
        LOG.setUseParentHandlers(false);
        assertThat(certificates.look()).isTrue();
        assertThat(subjects()).containsExactly("default", "web");
        said.clear();
    }

    @AfterEach
    void end() {
        LOG.setUseParentHandlers(true);
        LOG.removeHandler(ear);
    }

    private void put(String from, String to) throws IOException {
        put(from, to, ".crt");
        put(from, to, ".key");
    }

    private void put(String from, String to, String end) throws IOException {
        Files.copy(made.resolve(from + end), folder.resolve(to + end), StandardCopyOption.REPLACE_EXISTING);
        // As if seconds had passed; the size of the two is nearly always the same.
        Files.setLastModifiedTime(
                folder.resolve(to + end), FileTime.from(Instant.now().plusSeconds(said.size() + 60L)));
    }

    private void drop(String name) throws IOException {
        Files.delete(folder.resolve(name + ".crt"));
        Files.delete(folder.resolve(name + ".key"));
    }

    private List<String> subjects() {
        return certificates.pairs().stream()
                .map(pair -> pair.chain()
                        .getFirst()
                        .getSubjectX500Principal()
                        .getName()
                        .replace("CN=", ""))
                .toList();
    }

    @Test
    void whatDidNotChangeIsNotReadAgain() throws IOException {
        int before = trials;
        for (int i = 0; i < 3; i++) {
            assertThat(certificates.look()).isFalse();
        }
        put("web", "web");
        assertThat(certificates.look()).isFalse();
        assertThat(trials).isEqualTo(before);
        assertThat(said).isEmpty();
    }

    @Test
    void changeThatTheFilesDoNotShowIsSeenAtTheNextLook() throws IOException {
        // The clock of files stands still for some milliseconds, in which one can be read and written again.
        put("newer", "web", ".crt");
        assertThat(certificates.look()).isFalse();
        FileTime then = Files.getLastModifiedTime(folder.resolve("web.key"));
        byte[] key = Files.readAllBytes(made.resolve("newer.key"));
        assertThat(key).hasSize((int) Files.size(folder.resolve("web.key")));
        Files.write(folder.resolve("web.key"), key);
        Files.setLastModifiedTime(folder.resolve("web.key"), then);
        assertThat(certificates.look()).isTrue();
        assertThat(subjects()).containsExactly("default", "newer");
    }

    @Test
    void twoFilesThatAreWrittenOneAfterTheOtherAreNoFault() throws IOException {
        put("newer", "web", ".crt");
        assertThat(certificates.look()).isFalse();
        assertThat(subjects()).containsExactly("default", "web");
        put("newer", "web", ".key");
        assertThat(certificates.look()).isTrue();
        assertThat(subjects()).containsExactly("default", "newer");
        assertThat(said).noneMatch(line -> line.contains("not the key"));
    }

    @Test
    void badPairKeepsTheOneBeforeAndIsSaidOnceForEachChange() throws IOException {
        put("newer", "web", ".key");
        for (int i = 0; i < 4; i++) {
            assertThat(certificates.look()).isFalse();
        }
        assertThat(said)
                .containsExactly(
                        "web.key is not the key of the certificate in web.crt; the certificate that was there stays");
        put("default", "web", ".key");
        for (int i = 0; i < 4; i++) {
            assertThat(certificates.look()).isFalse();
        }
        assertThat(said).hasSize(2);
        Files.delete(folder.resolve("web.key"));
        for (int i = 0; i < 4; i++) {
            assertThat(certificates.look()).isFalse();
        }
        assertThat(said).hasSize(3).last().asString().startsWith("web.key is missing beside web.crt");
        assertThat(subjects()).containsExactly("default", "web");
    }

    @Test
    void pairThatTlsCannotUseKeepsTheOneBefore() throws IOException {
        unfit = true;
        put("newer", "web");
        assertThat(certificates.look()).isFalse();
        assertThat(certificates.look()).isFalse();
        assertThat(subjects()).containsExactly("default", "web");
        assertThat(said).containsExactly("it does not fit; the certificate that was there stays");
    }

    @Test
    void pairWhoseFilesGoIsGoneUnlessItIsTheLast() throws IOException {
        drop("web");
        assertThat(certificates.look()).isFalse();
        assertThat(subjects()).containsExactly("default", "web");
        assertThat(certificates.look()).isTrue();
        drop("default");
        for (int i = 0; i < 4; i++) {
            assertThat(certificates.look()).isFalse();
        }
        assertThat(subjects()).containsExactly("default");
        assertThat(said).filteredOn(line -> line.contains("no other pair")).hasSize(1);
        put("newer", "web");
        assertThat(certificates.look()).isTrue();
        assertThat(certificates.look()).isTrue();
        assertThat(subjects()).containsExactly("newer");
    }

    @Test
    void folderThatIsAwayTakesNothingAway() throws IOException {
        Path away = made.resolve("away");
        Files.move(folder, away);
        for (int i = 0; i < 4; i++) {
            assertThat(certificates.look()).isFalse();
        }
        assertThat(subjects()).containsExactly("default", "web");
        assertThat(said).singleElement().asString().contains("can't be read");
        Files.move(away, folder);
        assertThat(certificates.look()).isFalse();
        assertThat(subjects()).containsExactly("default", "web");
    }
}
