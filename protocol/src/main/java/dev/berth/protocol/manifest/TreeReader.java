package dev.berth.protocol.manifest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.Schema;

/** From YAML's nodes, which know how a value was written and where, to the tree that the manifest is read from. */
final class TreeReader {
    static final int MOST_NODES = 50_000;
    static final int MOST_DEPTH = 30;
    static final ManifestText.Parsed TOO_LARGE =
            new ManifestText.Parsed.Malformed("the manifest is too large or too deeply nested: at most " + MOST_NODES
                    + " values, and " + MOST_DEPTH + " levels of them");

    private final Schema schema;
    private final List<ManifestText.Fault> faults = new ArrayList<>();
    private int nodes;
    private boolean tooLarge;

    TreeReader(Schema schema) {
        this.schema = schema;
    }

    ManifestText.Parsed read(Optional<Node> root) {
        Object tree = root.map(node -> value("", node, 0)).orElse(null);
        if (tooLarge) {
            return TOO_LARGE;
        }
        return faults.isEmpty() ? new ManifestText.Parsed.Tree(tree) : new ManifestText.Parsed.Broken(faults);
    }

    private Object value(String path, Node node, int depth) {
        // Aliases share their nodes: what they unfold to is counted, not only what was written.
        tooLarge |= ++nodes > MOST_NODES || depth > MOST_DEPTH;
        if (tooLarge) {
            return null;
        }
        return switch (node) {
            case ScalarNode scalar -> scalar(path, scalar);
            case SequenceNode sequence when sequence.getTag().equals(Tag.SEQ) -> list(path, sequence, depth);
            case MappingNode mapping when mapping.getTag().equals(Tag.MAP) -> map(path, mapping, depth);
            default -> unknown(path, node);
        };
    }

    private Object scalar(String path, ScalarNode node) {
        Tag tag = node.getTag();
        if (tag.equals(Tag.STR)) {
            if (!ManifestText.whole(node.getValue())) {
                faults.add(ManifestText.Fault.halfCharacter(line(node), path));
            }
            return node.getValue();
        }
        if (tag.equals(Tag.NULL)) {
            return null;
        }
        if (!tag.equals(Tag.INT) && !tag.equals(Tag.FLOAT) && !tag.equals(Tag.BOOL)) {
            return unknown(path, node);
        }
        try {
            return new Scalar(schema.getSchemaTagConstructors().get(tag).construct(node), node.getValue());
        } catch (NumberFormatException | YamlEngineException broken) {
            return fault(path, node, "\"" + node.getValue() + "\" is not what its tag " + tag + " says");
        }
    }

    private List<Object> list(String path, SequenceNode node, int depth) {
        List<Object> list = new ArrayList<>(node.getValue().size());
        for (Node entry : node.getValue()) {
            list.add(value(path + "[" + list.size() + "]", entry, depth + 1));
        }
        return list;
    }

    private Map<String, Object> map(String path, MappingNode node, int depth) {
        Map<String, Object> map = new LinkedHashMap<>();
        Map<String, Node> keys = new HashMap<>();
        for (NodeTuple entry : node.getValue()) {
            if (!(entry.getKeyNode() instanceof ScalarNode key)) {
                fault(path, entry.getKeyNode(), "a key must be text, not a list or a mapping");
                continue;
            }
            String name = key.getValue();
            String at = path.isEmpty() ? name : path + "." + name;
            if (!ManifestText.whole(name)) {
                faults.add(ManifestText.Fault.halfCharacter(line(key), path));
            }
            Node first = keys.putIfAbsent(name, key);
            if (first != null) {
                faults.add(ManifestText.Fault.duplicate(line(key), at, name, line(first)));
            }
            map.put(name, value(at, entry.getValueNode(), depth + 1));
        }
        return map;
    }

    private Object unknown(String path, Node node) {
        return fault(path, node, "the tag " + node.getTag() + " means nothing in a manifest; leave it out");
    }

    private Object fault(String path, Node node, String what) {
        faults.add(ManifestText.Fault.in(line(node), path, what));
        return null;
    }

    private static int line(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    }
}
