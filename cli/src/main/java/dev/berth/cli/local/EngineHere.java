package dev.berth.cli.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Which container engine the agents of this machine find, in words for whoever starts them. The agent's own code says it,
 * in a process of its own, while the services start.
 */
final class EngineHere {
    private final String runtime;
    /** Null where none is looked for. */
    private final Process asked;

    private EngineHere(String runtime, Process asked) {
        this.runtime = runtime;
        this.asked = asked;
    }

    /** @param settings of the agents, beside what they inherit */
    static EngineHere ask(Home home, Map<String, String> settings) throws IOException {
        String runtime = settings.getOrDefault("BERTH_RUNTIME", System.getenv().getOrDefault("BERTH_RUNTIME", "auto"));
        if (runtime.equals("process")) {
            return new EngineHere(runtime, null);
        }
        ProcessBuilder asking = new ProcessBuilder(Service.AGENT.program(
                        home.root(), "dev.berth.agent.control.FindEngine", List.of("-XX:TieredStopAtLevel=1")))
                .redirectError(home.log("engine").toFile());
        asking.environment().putAll(settings);
        return new EngineHere(runtime, asking.start());
    }

    /** One line. Blocks until it is known. */
    String words() throws IOException {
        if (asked == null) {
            return words(runtime, false, "");
        }
        try {
            String said = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return words(runtime, asked.waitFor() == 0, said.strip().replaceAll("\\s+", " "));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while an engine was looked for", interrupted);
        }
    }

    /** Where nobody wants to know any more. */
    void end() {
        if (asked != null) {
            asked.destroyForcibly().onExit().join();
        }
    }

    static String words(String runtime, boolean found, String said) {
        if (runtime.equals("process")) {
            return "BERTH_RUNTIME=process: apps with an image find no place here";
        }
        boolean alone = runtime.equals("docker");
        if (found) {
            return "apps with an image run on " + said
                    + (alone ? "; BERTH_RUNTIME=docker: apps without one find no place here" : "");
        }
        return "no container engine: " + (alone ? "every app waits" : "apps with an image wait") + " for one (" + said
                + ")";
    }
}
