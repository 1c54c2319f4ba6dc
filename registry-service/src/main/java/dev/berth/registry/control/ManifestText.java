package dev.berth.registry.control;

import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** The manifest's text, YAML or JSON, to a tree; bounded in size, nesting and aliases. */
final class ManifestText {
    private static final int MOST_CHARACTERS = 1 << 20;
    private static final int MOST_ALIASES = 20;
    private static final int MOST_NODES = 50_000;
    private static final int MOST_DEPTH = 30;

    sealed interface Parsed {
        record Tree(Object value) implements Parsed {}

        record Broken(String message) implements Parsed {}
    }

    private ManifestText() {}

    static Parsed parse(String text) {
        if (text.length() > MOST_CHARACTERS) {
            return new Parsed.Broken("the manifest has " + text.length() + " characters; at most " + MOST_CHARACTERS);
        }
        try {
            Object tree = new Load(LoadSettings.builder().setAllowDuplicateKeys(false).setAllowRecursiveKeys(false)
                    .setMaxAliasesForCollections(MOST_ALIASES).setCodePointLimit(MOST_CHARACTERS).build())
                    .loadFromString(text);
            // Aliases share their nodes: what they would unfold to is counted, not only what was written.
            if (count(tree, 0, 0) > MOST_NODES) {
                return new Parsed.Broken("the manifest is too large or too deeply nested");
            }
            return new Parsed.Tree(tree);
        } catch (MarkedYamlEngineException broken) {
            String where = broken.getProblemMark()
                    .map(mark -> "line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1) + ": ")
                    .orElse("");
            return new Parsed.Broken("not valid YAML: " + where + broken.getProblem());
        } catch (YamlEngineException broken) {
            return new Parsed.Broken("not valid YAML: " + broken.getMessage());
        } catch (StackOverflowError deep) {
            return new Parsed.Broken("the manifest is too deeply nested");
        }
    }

    private static int count(Object node, int counted, int depth) {
        if (depth > MOST_DEPTH || counted > MOST_NODES) {
            return MOST_NODES + 1;
        }
        int total = counted + 1;
        Iterable<?> children = switch (node) {
            case Map<?, ?> map -> map.values();
            case Iterable<?> list -> list;
            case null, default -> java.util.List.of();
        };
        for (Object child : children) {
            total = count(child, total, depth + 1);
        }
        return total;
    }
}
