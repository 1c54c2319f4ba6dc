package dev.berth.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * A manifest on disk: its text, which the gateway checks, and the two fields that matter on this side.
 *
 * @param app empty where it is missing or no text
 * @param source the folder to send; empty where there is none
 */
public record ManifestFile(String text, String app, Optional<Path> source) {

    /** @throws BerthException where the file is not there, or its source is not a folder at or below the manifest's */
    public static ManifestFile read(Path file) throws IOException {
        String text;
        try {
            text = Files.readString(file);
        } catch (NoSuchFileException missing) {
            throw new BerthException(0, "there is no " + file + "; write one, or name it with -f", List.of());
        }
        Map<?, ?> fields = fields(text);
        String app = fields.get("app") instanceof String name ? name : "";
        if (!(fields.get("source") instanceof String named)) {
            return new ManifestFile(text, app, Optional.empty());
        }
        Path folder = file.toAbsolutePath().getParent();
        Path source = folder.resolve(named).normalize();
        if (!source.startsWith(folder.normalize())) {
            throw new BerthException(422,
                    "source " + named + " is outside the manifest's folder; it must be at or below "
                            + folder,
                    List.of());
        }
        if (!Files.isDirectory(source)) {
            throw new BerthException(422, "source " + named + " is no folder; it must be one at or below " + folder,
                    List.of());
        }
        if (!source.toRealPath().startsWith(folder.toRealPath())) {
            throw new BerthException(422, "source " + named + " is a link out of the manifest's folder", List.of());
        }
        return new ManifestFile(text, app, Optional.of(source));
    }

    /** What can be read of it; the gateway says what is wrong with the rest. */
    private static Map<?, ?> fields(String text) {
        try {
            Object tree = new Load(LoadSettings.builder().setMaxAliasesForCollections(20).build()).loadFromString(text);
            return tree instanceof Map<?, ?> map ? map : Map.of();
        } catch (YamlEngineException broken) {
            return Map.of();
        }
    }
}
