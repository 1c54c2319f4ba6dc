package dev.berth.client;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/** A folder of a test whose names are bytes, a character each, whatever locale the test runs in. */
record SourceFolder(Path root) {

    Path path(String bytes) {
        StringBuilder uri = new StringBuilder(root.toUri().toString());
        for (byte b : bytes.getBytes(StandardCharsets.ISO_8859_1)) {
            uri.append(b == '/' ? "/" : "%" + HexFormat.of().toHexDigits(b));
        }
        return Path.of(URI.create(uri.toString()));
    }

    Path file(String bytes, String content) throws IOException {
        Path file = path(bytes);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content, StandardCharsets.ISO_8859_1);
    }

    /** The bytes of a text's UTF-8. */
    static String utf8(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
