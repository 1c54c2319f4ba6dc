package dev.berth.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EngineHereTest {
    private static final String DOCKER = "Docker Engine 20.10.24 (API 1.41) at unix:///var/run/docker.sock";

    @Test
    void engineThatIsFoundIsNamed() {
        assertThat(EngineHere.words("auto", true, DOCKER)).isEqualTo("apps with an image run on " + DOCKER);
        assertThat(EngineHere.words("docker", true, DOCKER)).contains(DOCKER, "apps without one find no place here");
    }

    @Test
    void whatItMeansThatThereIsNoneIsSaid() {
        String why = "the engine at unix:///x can't be asked to say what it is: there is no such socket";
        assertThat(EngineHere.words("auto", false, why))
                .isEqualTo("no container engine: apps with an image wait for one (" + why + ")");
        assertThat(EngineHere.words("docker", false, why)).contains("every app waits for one", why);
    }

    @Test
    void noneIsLookedForWhereProcessesAloneAreWanted() throws IOException {
        Home unbuilt = new Home(Path.of("/nowhere"), Path.of("/nowhere"));
        assertThat(EngineHere.ask(unbuilt, Map.of("BERTH_RUNTIME", "process")).words())
                .isEqualTo("BERTH_RUNTIME=process: apps with an image find no place here");
    }
}
