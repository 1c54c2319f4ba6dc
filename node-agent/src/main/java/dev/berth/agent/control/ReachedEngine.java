package dev.berth.agent.control;

import dev.berth.agent.runtime.ContainerRuntime;
import dev.berth.agent.runtime.engine.Pull;
import dev.berth.agent.runtime.engine.PullMeter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

    /** All that it has, whoever's: by id, the names of each. */
    Map<String, Set<String>> images() throws IOException;

    /** The ids of those that any container is made of, whoever's. */
    Set<String> usedImages() throws IOException;

    /** @throws IOException where it refuses, as it does while a container is made of it */
    void removeImage(String id, Set<String> names) throws IOException;

    /** Where its images are; empty where that is not a folder of this host. */
    Optional<Path> folder() throws IOException;
}
