package dev.berth.protocol.manifest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.Schema;

/**
 * From JSON to the same tree as YAML's. By a reader of its own: what reads YAML takes neither a colon in the line after its
 * key, nor a key of over 1,024 characters, nor a DEL as it is, all of which JSON may have.
 */
final class JsonReader {
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(TreeReader.MOST_DEPTH + 2)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final JsonParser parser;
    private final Schema schema;
    private final List<ManifestText.Fault> faults = new ArrayList<>();
    private int values;

    private JsonReader(JsonParser parser, Schema schema) {
        this.parser = parser;
        this.schema = schema;
    }

    /** Empty where the text is not JSON. */
    static Optional<ManifestText.Parsed> read(String text, Schema schema) {
        try (JsonParser parser = JSON.createParser(text)) {
            JsonReader reader = new JsonReader(parser, schema);
            if (parser.nextToken() == null) {
                return Optional.empty();
            }
            Object tree = reader.value("", 0);
            if (reader.tooLarge(0)) {
                return Optional.of(TreeReader.TOO_LARGE);
            }
            return parser.nextToken() != null
                    ? Optional.empty()
                    : Optional.of(
                            reader.faults.isEmpty()
                                    ? new ManifestText.Parsed.Tree(tree)
                                    : new ManifestText.Parsed.Broken(reader.faults));
        } catch (JsonProcessingException notJson) {
            return Optional.empty();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private boolean tooLarge(int depth) {
        return values > TreeReader.MOST_NODES || depth > TreeReader.MOST_DEPTH;
    }

    private Object value(String path, int depth) throws IOException {
        values++;
        if (tooLarge(depth)) {
            values = TreeReader.MOST_NODES + 1;
            return null;
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> map(path, depth);
            case START_ARRAY -> list(path, depth);
            case VALUE_STRING -> text(path, parser.getText());
            case VALUE_NUMBER_INT -> scalar(Tag.INT);
            case VALUE_NUMBER_FLOAT -> scalar(Tag.FLOAT);
            case VALUE_TRUE, VALUE_FALSE -> scalar(Tag.BOOL);
            case VALUE_NULL -> null;
            case END_OBJECT, END_ARRAY, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                throw new IllegalStateException("no value begins with " + parser.currentToken());
        };
    }

    private Object scalar(Tag tag) throws IOException {
        String text = parser.getText();
        return new Scalar(
                schema.getSchemaTagConstructors().get(tag).construct(new ScalarNode(tag, text, ScalarStyle.PLAIN)),
                text);
    }

    private String text(String path, String text) {
        if (!ManifestText.whole(text)) {
            faults.add(ManifestText.Fault.halfCharacter(line(), path));
        }
        return text;
    }

    private List<Object> list(String path, int depth) throws IOException {
        List<Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY && !tooLarge(depth)) {
            list.add(value(path + "[" + list.size() + "]", depth + 1));
        }
        return list;
    }

    private Map<String, Object> map(String path, int depth) throws IOException {
        Map<String, Object> map = new LinkedHashMap<>();
        Map<String, Integer> lines = new HashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME && !tooLarge(depth)) {
            String name = text(path, parser.currentName());
            String at = path.isEmpty() ? name : path + "." + name;
            Integer first = lines.putIfAbsent(name, line());
            if (first != null) {
                faults.add(ManifestText.Fault.duplicate(line(), at, name, first));
            }
            parser.nextToken();
            map.put(name, value(at, depth + 1));
        }
        return map;
    }

    private int line() {
        return parser.currentTokenLocation().getLineNr();
    }
}
