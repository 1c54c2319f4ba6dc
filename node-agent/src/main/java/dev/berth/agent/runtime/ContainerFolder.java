package dev.berth.agent.runtime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jboss.logging.Logger;

/**
 * A folder of small files, one value each. What can't be read is lost, and no more: after a full disk a file may be there
 * and empty.
 */
record ContainerFolder(Path path) {
    private static final Logger LOG = Logger.getLogger(ContainerFolder.class);

    Path file(String name) {
        return path.resolve(name);
    }

    boolean has(String name) {
        return Files.exists(file(name));
    }

    String text(String name) throws IOException {
        return Files.readString(file(name)).strip();
    }

    long number(String name, long lost) {
        try {
            return has(name) ? Long.parseLong(text(name)) : lost;
        } catch (IOException | NumberFormatException unreadable) {
            LOG.debugf("%s can't be read: %s", file(name), unreadable.toString());
            return lost;
        }
    }

    /**
     * Whole or not at all, also when the agent is killed meanwhile. No power cut leaves a process that these files could
     * speak of, so the disk is not waited for.
     */
    void write(String name, String content) throws IOException {
        Path next = file(name + ".new");
        Files.write(next, content.getBytes(StandardCharsets.UTF_8));
        Files.move(next, file(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** With all that is in it, whatever its container made of that. */
    void delete() throws IOException {
        FileTree.delete(path);
    }
}
