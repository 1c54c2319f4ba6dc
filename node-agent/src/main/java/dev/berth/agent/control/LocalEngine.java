package dev.berth.agent.control;

import dev.berth.agent.runtime.ContainerRuntime;
import dev.berth.agent.runtime.engine.Credentials;
import dev.berth.agent.runtime.engine.DockerRuntime;
import dev.berth.agent.runtime.engine.Engine;
import dev.berth.agent.runtime.engine.EngineSettings;
import dev.berth.agent.runtime.engine.Images;
import dev.berth.agent.runtime.engine.Pull;
import dev.berth.agent.runtime.engine.PullMeter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/** Reaches the engine that this host's users reach, by the variables and the logins of Docker's own client. */
record LocalEngine(EngineSettings where, Path logins, DockerRuntime.Settings settings)
        implements Callable<ReachedEngine> {
    /** How long a pull may come no further. */
    private static final Duration STALLED_AFTER = Duration.ofMinutes(2);

    @Override
    public ReachedEngine call() throws IOException {
        Engine engine = Engine.connect(where);
        DockerRuntime runtime = new DockerRuntime(engine, settings);
        Images images = new Images(engine, new Credentials(logins), STALLED_AFTER);
        return new ReachedEngine() {
            @Override
            public ContainerRuntime runtime() {
                return runtime;
            }

            @Override
            public String version() {
                return engine.about().name() + " " + engine.about().version();
            }

            @Override
            public void ask() throws IOException {
                engine.isThere();
            }

            @Override
            public Pull pull(String image, Consumer<PullMeter.Progress> progress) {
                return images.pull(image, progress);
            }

            @Override
            public Map<String, Set<String>> images() throws IOException {
                return images.names();
            }

            @Override
            public Set<String> usedImages() throws IOException {
                return images.used();
            }

            @Override
            public void removeImage(String id, Set<String> names) throws IOException {
                images.remove(id, names);
            }

            @Override
            public Optional<Path> folder() throws IOException {
                return engine.folder();
            }
        };
    }

    /** As Docker's own client finds them. */
    static Path logins(Map<String, String> environment) {
        String folder = environment.getOrDefault("DOCKER_CONFIG", "");
        return (folder.isEmpty() ? Path.of(System.getProperty("user.home"), ".docker") : Path.of(folder))
                .resolve("config.json");
    }
}
