package dev.berth.agent.runtime.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/** The name by which an agent knows its own containers in an engine: made once, and kept in its folder. */
public final class AgentId {
    private AgentId() {}

    public static String of(Path state) throws IOException {
        Path file = Files.createDirectories(state).resolve("agent-id");
        String kept = Files.exists(file) ? Files.readString(file).strip() : "";
        if (!kept.isEmpty()) {
            return kept;
        }
        String made = UUID.randomUUID().toString();
        Path next = Files.writeString(file.resolveSibling("agent-id.new"), made);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return made;
    }
}
