package dev.berth.agent.control;

import dev.berth.agent.runtime.ContainerRuntime;
import dev.berth.agent.runtime.engine.Pull;
import dev.berth.agent.runtime.engine.PullMeter;
import java.io.IOException;
import java.util.function.Consumer;

/** An engine that has answered once. It may be away later, and come back. */
interface ReachedEngine {
    ContainerRuntime runtime();

    /** Its name and version, for people. */
    String version();

    /** @throws IOException where it does not answer; the words say what to do */
    void ask() throws IOException;

    /** Blocks until the image is there, or can't be. */
    Pull pull(String image, Consumer<PullMeter.Progress> progress);
}
