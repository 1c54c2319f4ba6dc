package dev.berth.agent.runtime.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many files a container may have open, where nobody says. */
final class OpenFiles {
    /** Engine 29 gives 1,024, which a server with as many connections runs out of. */
    private static final long USUAL = 65_536;

    private OpenFiles() {}

    /** No more than this agent may: where a host or a container around both bounds them, the engine could not give it. */
    static long most() {
        try {
            return most(Files.readString(Path.of("/proc/self/limits")));
        } catch (IOException unreadable) {
            return USUAL;
        }
    }

    /** @param limits lines such as {@code Max open files  1024  524288  files}, soft and hard */
    static long most(String limits) {
        return limits.lines()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.split("\\s+"))
                .filter(words -> words.length > 4 && words[4].matches("[0-9]{1,18}"))
                .mapToLong(words -> Math.min(USUAL, Long.parseLong(words[4])))
                .findFirst()
                .orElse(USUAL);
    }
}
