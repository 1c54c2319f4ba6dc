package dev.berth.client;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A folder as an uncompressed tar archive whose bytes depend on nothing but its files' names, contents and executable
 * bits: the same source has the same digest on every machine. Left out is what {@link Ignore} says, and whatever is no
 * file, folder or link: sockets, pipes, devices.
 *
 * @param file the archive, to be deleted after use
 * @param digest lower-case hex SHA-256 of the archive
 */
public record SourceBundle(Path file, String digest, int files, long bytes) implements AutoCloseable {

    /**
     * Packs a folder.
     *
     * @param most bytes that the files may have together
     * @throws BerthException where a name is not UTF-8, a link leads out of the folder, something can't be read or
     *         changes meanwhile, or the files are over the limit
     */
    public static SourceBundle of(Path folder, long most) throws IOException {
        Path root = folder.toRealPath();
        SourceTree tree = SourceTree.of(root);
        Path file = Files.createTempFile("berth-source", ".tar");
        MessageDigest digest = sha256();
        try (OutputStream out = new DigestOutputStream(Files.newOutputStream(file), digest)) {
            new Packer(root, most).pack(tree, out);
        } catch (IOException | RuntimeException fault) {
            Files.deleteIfExists(file);
            throw fault;
        }
        return new SourceBundle(
                file, HexFormat.of().formatHex(digest.digest()), tree.files().size(), Files.size(file));
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
