package dev.berth.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that do not hold still: something happens to one when the first of its content has been written. */
class PackerTest {
    private static final int SIZE = 1 << 20;
    private static final int BEGUN = 200_000;

    private interface Change {
        void make() throws IOException;
    }

    private static final class Archive extends OutputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private Change change;

        Archive(Change change) {
            this.change = change;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            bytes.write(from, offset, length);
            if (bytes.size() > BEGUN && change != null) {
                Change now = change;
                change = null;
                now.make();
            }
        }
    }

    @TempDir
    Path folder;

    private Path log;

    @BeforeEach
    void write() throws IOException {
        log = Files.write(folder.resolve("a.log"), new byte[SIZE]);
        Files.setLastModifiedTime(log, FileTime.fromMillis(1000));
        Files.writeString(folder.resolve("b.txt"), "b");
    }

    private byte[] packed(Change change) {
        try {
            Archive archive = new Archive(change);
            new Packer(folder.toRealPath(), Long.MAX_VALUE).pack(SourceTree.of(folder.toRealPath()), archive);
            assertThat(archive.change).as("the change was made").isNull();
            return archive.bytes.toByteArray();
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    private static byte[] first(byte[] archive, String name) throws IOException {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new ByteArrayInputStream(archive))) {
            TarArchiveEntry entry = tar.getNextEntry();
            assertThat(entry.getName()).isEqualTo(name);
            return tar.readAllBytes();
        }
    }

    private void refusedWhen(Change change, String sentence) {
        assertThatThrownBy(() -> packed(change))
                .isInstanceOfSatisfying(
                        BerthException.class,
                        refused -> assertThat(refused.status()).isZero())
                .hasMessageContaining(sentence)
                .hasMessageContaining(".berthignore")
                .hasMessageNotContainingAny("Exception", "header", folder.toString());
    }

    @Test
    void fileThatGrowsIsSentAsItWas() throws IOException {
        byte[] before = packed(() -> {});
        byte[] grown = packed(() -> Files.write(log, new byte[] {1, 2, 3}, StandardOpenOption.APPEND));
        assertThat(grown).isEqualTo(before);
        assertThat(first(grown, "a.log")).isEqualTo(new byte[SIZE]);
    }

    @Test
    void fileThatIsDeletedOrReplacedIsSentAsItWas() throws IOException {
        assertThat(first(packed(() -> Files.delete(log)), "a.log")).isEqualTo(new byte[SIZE]);
        write();
        Path next = Files.writeString(folder.resolveSibling(folder.getFileName() + ".next"), "next");
        assertThat(first(packed(() -> Files.move(next, log, StandardCopyOption.ATOMIC_MOVE)), "a.log"))
                .isEqualTo(new byte[SIZE]);
    }

    @Test
    void fileThatShrinksIsNamed() {
        refusedWhen(() -> Files.write(log, new byte[10]), "a.log became shorter while it was packed");
    }

    @Test
    void fileThatIsWrittenOverIsNamed() {
        refusedWhen(
                () -> Files.write(log, new byte[] {1}, StandardOpenOption.WRITE),
                "a.log was written to while it was packed");
    }

    @Test
    void fileThatVanishesIsNamed() {
        refusedWhen(() -> Files.delete(folder.resolve("b.txt")), "b.txt was deleted while it was packed");
    }

    @Test
    void fileWhosePlaceAFolderTakesIsNamed() {
        Path b = folder.resolve("b.txt");
        refusedWhen(() -> Files.createDirectory(gone(b)), "b.txt was replaced while it was packed");
    }

    @Test
    void fileWhosePlaceALinkTakesIsNamedAndTheLinkIsNotFollowed() {
        Path b = folder.resolve("b.txt");
        refusedWhen(
                () -> Files.createSymbolicLink(gone(b), log.getFileName()), "b.txt was replaced while it was packed");
    }

    private static Path gone(Path file) throws IOException {
        Files.delete(file);
        return file;
    }

    @Test
    void whatCannotBeReadIsNamed() throws IOException {
        Path b = folder.resolve("b.txt");
        Files.setPosixFilePermissions(b, PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(b), "this user may read anything");
        refusedWhen(() -> {}, "b.txt can't be read by this user");
        Files.delete(b);
        Path d = Files.createDirectory(
                folder.resolve("d"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("---------")));
        refusedWhen(() -> {}, "d can't be read by this user");
        Files.setPosixFilePermissions(d, PosixFilePermissions.fromString("rwx------"));
    }
}
