package dev.berth.client;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * A path in a source folder as the file system has it: bytes, whatever the locale of this process is.
 *
 * @param bytes relative to the folder, with {@code /} between names; each character is a byte (0 to 255)
 */
record RawPath(String bytes) implements Comparable<RawPath> {
    static final RawPath TOP = new RawPath("");

    /** The path of something in this folder. */
    RawPath child(Path file) {
        String name = name(file.getFileName(), file);
        return new RawPath(bytes.isEmpty() ? name : bytes + '/' + name);
    }

    /** What a link says, as it says it; links to {@code a//b} may become {@code a/b}. */
    static RawPath ofTarget(Path target) {
        if (isAscii(target.toString())) {
            return new RawPath(target.toString());
        }
        StringBuilder joined = new StringBuilder();
        for (Path part : target) {
            joined.append(joined.isEmpty() ? "" : "/").append(name(part, part));
        }
        return new RawPath(joined.toString());
    }

    /** A path's text has lost what the locale cannot say; its URI has every byte. */
    private static String name(Path name, Path file) {
        if (isAscii(name.toString())) {
            return name.toString();
        }
        String uri = file.toUri().getRawPath();
        int end = uri.endsWith("/") ? uri.length() - 1 : uri.length();
        return unescaped(uri.substring(uri.lastIndexOf('/', end - 1) + 1, end));
    }

    private static String unescaped(String uri) {
        StringBuilder bytes = new StringBuilder();
        for (int i = 0; i < uri.length(); i++) {
            boolean escape = uri.charAt(i) == '%';
            bytes.append(escape ? (char) HexFormat.fromHexDigits(uri, i + 1, i + 3) : uri.charAt(i));
            i += escape ? 2 : 0;
        }
        return bytes.toString();
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 128);
    }

    /** The last of its names. */
    String name() {
        return bytes.substring(bytes.lastIndexOf('/') + 1);
    }

    /** @throws CharacterCodingException where the bytes are not UTF-8 */
    String text() throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)))
                .toString();
    }

    boolean isText() {
        try {
            return !text().isEmpty();
        } catch (CharacterCodingException notUtf8) {
            return false;
        }
    }

    @Override
    public int compareTo(RawPath other) {
        return bytes.compareTo(other.bytes);
    }

    /** For people and terminals: what is not UTF-8 or can't be printed is {@code \xE9}. */
    @Override
    public String toString() {
        StringBuilder shown = new StringBuilder();
        int at = 0;
        while (at < bytes.length()) {
            int length = printable(at);
            if (length == 0) {
                shown.append("\\x").append(HexFormat.of().withUpperCase().toHexDigits((byte) bytes.charAt(at++)));
            } else {
                shown.append(utf8(at, length));
                at += length;
            }
        }
        return shown.toString();
    }

    /** How many bytes the printable character has that begins there; 0 where there is none. */
    private int printable(int at) {
        for (int length = 1; length <= 4 && at + length <= bytes.length(); length++) {
            String character = utf8(at, length);
            int point = character.codePointAt(0);
            if (point != 0xFFFD && Character.charCount(point) == character.length()) {
                return Character.isISOControl(point) || Character.getType(point) == Character.FORMAT ? 0 : length;
            }
        }
        return 0;
    }

    private String utf8(int at, int length) {
        return new String(
                bytes.substring(at, at + length).getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
