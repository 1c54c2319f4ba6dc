package dev.berth.agent.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jboss.logging.Logger;

/** The images that this agent pulled, by the engine's ids, each with the names that it was pulled by. */
public final class PulledImages {
    private static final Logger LOG = Logger.getLogger(PulledImages.class);

    private final Path file;

    public PulledImages(Path state) {
        file = state.resolve("images");
    }

    /** None where that can't be read: what nobody knows to be the agent's is never removed. */
    public Map<String, Set<String>> read() {
        Map<String, Set<String>> images = new TreeMap<>();
        if (!Files.exists(file)) {
            return images;
        }
        try {
            for (String line : Files.readAllLines(file)) {
                String[] words = line.strip().split(" ", -1);
                images.put(words[0], new TreeSet<>(Arrays.asList(words).subList(1, words.length)));
            }
        } catch (IOException unreadable) {
            LOG.warnf(
                    "%s can't be read (%s): the images that this agent pulled before stay on the engine until somebody "
                            + "removes them (docker image prune -a)",
                    file, unreadable.toString());
            return new TreeMap<>();
        }
        return images;
    }

    public void write(Map<String, Set<String>> images) throws IOException {
        StringBuilder lines = new StringBuilder();
        images.forEach((id, names) ->
                lines.append(id).append(' ').append(String.join(" ", names)).append('\n'));
        WholeFile.write(file, lines.toString().getBytes(StandardCharsets.UTF_8));
    }
}
