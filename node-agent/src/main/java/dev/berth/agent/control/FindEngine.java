package dev.berth.agent.control;

import dev.berth.agent.runtime.engine.Engine;
import dev.berth.agent.runtime.engine.EngineSettings;
import java.io.IOException;

/**
 * A program of its own: says which engine an agent with this environment uses, or, with exit status 1, why it finds
 * none.
 */
public final class FindEngine {
    private FindEngine() {}

    public static void main(String[] none) {
        try {
            EngineSettings settings = EngineSettings.of(System.getenv());
            try (Engine engine = Engine.connect(settings)) {
                System.out.println(engine.about() + " at " + settings.host());
            }
        } catch (IOException | IllegalArgumentException fault) {
            System.out.println(fault.getMessage());
            System.exit(1);
        }
    }
}
