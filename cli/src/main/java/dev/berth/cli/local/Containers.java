package dev.berth.cli.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the agents of a local Berth have left running: it is ended by the agent's own code.
 *
 * @param settings of the agents, beside what they inherit
 */
record Containers(Home home, Map<String, String> settings) {
    /** Blocks until all have ended; each gets its time. Its agents have ended before. */
    void end() throws IOException {
        List<String> nodes = new ArrayList<>();
        try (Stream<Path> folders = Files.list(home.folder("nodes"))) {
            for (Path state : folders.sorted().toList()) {
                if (hasAny(state)) {
                    nodes.addAll(List.of(state.getFileName().toString(), state.toString()));
                }
            }
        }
        if (nodes.isEmpty()) {
            return;
        }
        List<String> command = new ArrayList<>(Service.AGENT.program(
                home.root(), "dev.berth.agent.control.EndContainers", List.of("-XX:TieredStopAtLevel=1")));
        command.addAll(nodes);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().putAll(settings);
        Process ending = builder.start();
        String said = new String(ending.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            if (ending.waitFor() != 0) {
                throw new IOException("containers are left: " + said);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while containers were being ended", interrupted);
        }
    }

    /** As processes, or on an engine. */
    private static boolean hasAny(Path state) throws IOException {
        for (String driver : List.of("containers", "engine")) {
            Path folder = state.resolve(driver);
            if (Files.isDirectory(folder)) {
                try (Stream<Path> containers = Files.list(folder)) {
                    if (containers.anyMatch(Files::isDirectory)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }
}
