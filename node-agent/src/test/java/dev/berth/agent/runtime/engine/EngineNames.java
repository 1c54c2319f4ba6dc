package dev.berth.agent.runtime.engine;

import java.io.IOException;

/** What somebody else at an engine does to its images. */
public final class EngineNames {
    private EngineNames() {}

    public static void tag(TestEngine at, String image, String repository, String tag) throws IOException {
        try (Engine engine = Engine.connect(at.settings())) {
            engine.ask(
                    "tag", client -> client.tagImageCmd(image, repository, tag).exec());
        }
    }

    public static void untag(TestEngine at, String name) throws IOException {
        try (Engine engine = Engine.connect(at.settings())) {
            engine.ask("untag", client -> client.removeImageCmd(name).exec());
        }
    }
}
