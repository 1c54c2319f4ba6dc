package dev.berth.client;

import dev.berth.protocol.manifest.ManifestText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A manifest on disk: its text, which the gateway checks, and the two fields that matter on this side.
 *
 * @param app empty where it is missing or no text
 * @param source the folder to send; empty where there is none
 */
public record ManifestFile(String text, String app, Optional<Path> source) {

    /**
     * @throws BerthException where the file is not there, or no manifest can be read from it, or its source is not a
     *         folder at or below the manifest's
     */
    public static ManifestFile read(Path file) throws IOException {
        String text = text(file);
        Map<?, ?> fields = fields(file, text);
        String app = fields.get("app") instanceof String name ? name : "";
        if (!(fields.get("source") instanceof String named)) {
            return new ManifestFile(text, app, Optional.empty());
        }
        Path folder = file.toAbsolutePath().getParent();
        Path source = folder.resolve(named).normalize();
        if (!source.startsWith(folder.normalize())) {
            throw new BerthException(
                    422,
                    "source " + named + " is outside the manifest's folder; it must be at or below " + folder,
                    List.of());
        }
        if (!Files.isDirectory(source)) {
            throw new BerthException(
                    422, "source " + named + " is no folder; it must be one at or below " + folder, List.of());
        }
        if (!source.toRealPath().startsWith(folder.toRealPath())) {
            throw new BerthException(422, "source " + named + " is a link out of the manifest's folder", List.of());
        }
        return new ManifestFile(text, app, Optional.of(source));
    }

    private static String text(Path file) throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException missing) {
            throw new BerthException(0, "there is no " + file + "; write one, or name it with -f", List.of());
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        if (StandardCharsets.UTF_8.newDecoder().decode(in, out, true).isError()) {
            long line = 1
                    + IntStream.range(0, in.position())
                            .filter(at -> bytes[at] == '\n')
                            .count();
            throw wrong(file, new BerthException.Problem("", "not UTF-8 at line " + line + "; save it as UTF-8"));
        }
        return out.flip().toString();
    }

    /** Read as the registry reads it; what its fields say, the registry judges. */
    private static Map<?, ?> fields(Path file, String text) {
        return switch (ManifestText.parse(text)) {
            case ManifestText.Parsed.Broken broken ->
                throw wrong(
                        file,
                        broken.faults().stream()
                                .map(fault -> new BerthException.Problem(fault.path(), fault.message()))
                                .toArray(BerthException.Problem[]::new));
            case ManifestText.Parsed.Malformed(String message) ->
                throw wrong(file, new BerthException.Problem("", message));
            case ManifestText.Parsed.Tree(Map<?, ?> fields) -> fields;
            case ManifestText.Parsed.Tree other ->
                throw wrong(file, new BerthException.Problem("", ManifestText.NO_MAPPING));
        };
    }

    private static BerthException wrong(Path file, BerthException.Problem... problems) {
        return new BerthException(422, file + " is not right", List.of(problems));
    }
}
