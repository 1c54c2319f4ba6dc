package dev.berth.cli.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What the agents of a local Berth have left running: it is ended by the agent's own code. */
record Containers(Home home) {
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
        Process ending = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
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

    private static boolean hasAny(Path state) throws IOException {
        Path folder = state.resolve("containers");
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> containers = Files.list(folder)) {
            return containers.findAny().isPresent();
        }
    }
}
