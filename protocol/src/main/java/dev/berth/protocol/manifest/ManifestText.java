package dev.berth.protocol.manifest;

import java.util.List;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** The manifest's text, YAML or JSON, to a tree; bounded in size, nesting and aliases. */
public final class ManifestText {
    /** What is wrong with a text that is one of YAML, but no manifest. */
    public static final String NO_MAPPING = "the manifest must be a mapping that starts with app:";

    private static final int MOST_CHARACTERS = 1 << 20;
    private static final int MOST_SHOWN = 120;

    /** What came of reading it. */
    public sealed interface Parsed {
        /** @param value maps by text, lists, texts, {@link Scalar}s and nulls */
        record Tree(Object value) implements Parsed {}

        /** Text of YAML or JSON with something in it that no manifest can have. */
        record Broken(List<Fault> faults) implements Parsed {}

        /**
         * Text of neither, or too much of it.
         *
         * @param message says where it breaks
         */
        record Malformed(String message) implements Parsed {}
    }

    /** @param path as of a manifest's problem */
    public record Fault(String path, String message) {
        static Fault in(int line, String path, String what) {
            return new Fault(path, "is wrong in line " + line + ": " + what);
        }

        static Fault duplicate(int line, String path, String key, int first) {
            return in(line, path, "duplicate key " + key + ", which is in line " + first + " already");
        }

        static Fault halfCharacter(int line, String path) {
            return in(line, path, "it has half of a character, from an escape such as \\ud83d; write both halves");
        }
    }

    private ManifestText() {}

    public static Parsed parse(String written) {
        String text = written.startsWith("\ufeff") ? written.substring(1) : written;
        if (text.length() > MOST_CHARACTERS) {
            return new Parsed.Malformed(
                    "the manifest has " + text.length() + " characters; at most " + MOST_CHARACTERS + " are read");
        }
        CoreSchema schema = new CoreSchema();
        return JsonReader.read(text, schema).orElseGet(() -> yaml(text, schema));
    }

    /** Whether text can be written down: a surrogate without its other half is no character. */
    public static boolean whole(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                boolean pair = i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
                if (!pair) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    private static Parsed yaml(String text, CoreSchema schema) {
        try {
            return new TreeReader(schema)
                    .read(new Compose(LoadSettings.builder()
                                    .setSchema(schema)
                                    .setAllowNonScalarKeys(true)
                                    .setCodePointLimit(MOST_CHARACTERS)
                                    .build())
                            .composeString(text));
        } catch (MarkedYamlEngineException broken) {
            return broken.getProblemMark()
                    .map(mark -> broken(text, mark, broken))
                    .orElseGet(() -> new Parsed.Malformed("not valid YAML: " + broken.getProblem()));
        } catch (ReaderException broken) {
            int at = text.indexOf(broken.getCodePoint());
            return broken(
                    text,
                    lines(text.substring(0, Math.max(0, at))).length,
                    0,
                    String.format(
                            "the character U+%04X can't be written as it is; use an escape in double quotes",
                            broken.getCodePoint()));
        } catch (YamlEngineException broken) {
            return new Parsed.Malformed("not valid YAML: " + broken.getMessage());
        } catch (StackOverflowError deep) {
            return TreeReader.TOO_LARGE;
        }
    }

    private static Parsed broken(String text, Mark mark, MarkedYamlEngineException broken) {
        String context = broken.getContext() == null ? "" : " (" + broken.getContext() + ")";
        return broken(text, mark.getLine() + 1, mark.getColumn() + 1, broken.getProblem() + context);
    }

    /** @param column from 1 on; 0 where it is not known */
    private static Parsed broken(String text, int line, int column, String what) {
        String[] lines = lines(text);
        String shown = line <= lines.length ? lines[line - 1].strip() : "";
        return new Parsed.Malformed("not valid YAML at line " + line + (column > 0 ? ", column " + column : "") + ": "
                + what + (shown.isEmpty() ? "; the text ends there" : "; the line is: " + cut(shown)));
    }

    private static String[] lines(String text) {
        return text.split("\r\n|\r|\n", -1);
    }

    private static String cut(String line) {
        return line.length() <= MOST_SHOWN ? line : line.substring(0, MOST_SHOWN) + "…";
    }
}
