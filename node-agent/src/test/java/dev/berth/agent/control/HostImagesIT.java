package dev.berth.agent.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.runtime.HostPorts;
import dev.berth.agent.runtime.PortRange;
import dev.berth.agent.runtime.engine.AgentId;
import dev.berth.agent.runtime.engine.DockerRuntime;
import dev.berth.agent.runtime.engine.EngineNames;
import dev.berth.agent.runtime.engine.NodeVolumes;
import dev.berth.agent.runtime.engine.Pull;
import dev.berth.agent.runtime.engine.TestEngine;
import dev.berth.agent.runtime.engine.TestKind;
import dev.berth.agent.runtime.engine.TestRegistry;
import dev.berth.protocol.name.ImageKey;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images of a real engine that come from a real registry and go again. */
class HostImagesIT {
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    Path folder;

    private final Clocks time = new Clocks();
    private TestEngine engine;
    private TestRegistry registry;
    private ReachedEngine reached;
    private HostImages images;

    @BeforeEach
    void begin() throws Exception {
        engine = TestEngine.shared(TestKind.DOCKER);
        registry = new TestRegistry(folder);
        Path state = Files.createDirectory(folder.resolve("state"));
        InetAddress host = InetAddress.getLoopbackAddress();
        reached = new LocalEngine(
                        engine.settings(),
                        registry.login(folder, TestRegistry.PASSWORD),
                        new DockerRuntime.Settings(
                                state,
                                AgentId.of(state),
                                "local-1",
                                "127.0.0.1",
                                DockerRuntime.Reach.BRIDGE,
                                new HostPorts(host, state, new PortRange(31_000, 31_009)),
                                NodeVolumes.NONE))
                .call();
        images = new HostImages(state, DAY, time);
    }

    @AfterEach
    void end() throws Exception {
        if (reached != null) {
            remove(registry.host());
            ((AutoCloseable) reached.runtime()).close();
        }
        if (registry != null) {
            registry.close();
        }
    }

    /** An image that the registry has, and the engine no more. */
    private String pushed(String repository) throws Exception {
        Path context = Files.createDirectory(folder.resolve(repository));
        Files.writeString(
                context.resolve("Dockerfile"), "FROM " + TestEngine.IMAGE + "\nLABEL of=" + repository + folder + "\n");
        String local = "local-" + repository + ":1";
        engine.build(local, context);
        String name = registry.push(engine, local, "team/" + repository, "1");
        remove(local);
        return name;
    }

    /** Whatever has a name that begins so. */
    private void remove(String prefix) throws Exception {
        for (Map.Entry<String, Set<String>> image : reached.images().entrySet()) {
            if (image.getValue().stream().anyMatch(name -> name.startsWith(prefix))) {
                reached.removeImage(image.getKey(), image.getValue());
            }
        }
    }

    private String pull(String name) {
        return ((Pull.Pulled) images.pull(reached, name, progress -> {})).pinned();
    }

    private Set<String> there() throws Exception {
        return reached.images().values().stream().flatMap(Collection::stream).collect(Collectors.toSet());
    }

    private static Set<Long> keys(String... pinned) {
        return Set.of(pinned).stream().map(ImageKey::of).collect(Collectors.toSet());
    }

    @Test
    void imageThatNoAppNeedsGoesAndOthersStay() throws Exception {
        String old = pull(pushed("old"));
        String used = pull(pushed("used"));
        String kept = pull(pushed("kept"));
        String tagged = pull(pushed("tagged"));
        engine.run("stranger", used, "sleep", "1000");
        EngineNames.tag(engine, tagged, "mine/tagged", "1");
        try {
            assertThat(images.keys()).isEqualTo(keys(old, used, kept, tagged));
            // They were needed at the first look: somebody just pulled them.
            images.collect(reached, keys(old, used, tagged), Set.of());
            images.collect(reached, keys(old, used, tagged), Set.of());
            time.steady = time.steady.plus(DAY.minusMillis(1));
            images.collect(reached, keys(old, used, tagged), Set.of());
            assertThat(there()).contains(old, used, kept, tagged);
            time.steady = time.steady.plusMillis(1);
            images.collect(reached, keys(old, used, tagged), Set.of());
            assertThat(there()).doesNotContain(old).contains(used, kept, tagged, "mine/tagged:1", TestEngine.IMAGE);
            assertThat(images.keys()).isEqualTo(keys(used, kept, tagged));
        } finally {
            engine.remove("stranger");
        }
        EngineNames.untag(engine, "mine/tagged:1");
        for (int i = 0; i < 2; i++) {
            images.collect(reached, keys(used, kept, tagged), Set.of());
            time.steady = time.steady.plus(DAY);
        }
        images.collect(reached, keys(used, kept, tagged), Set.of());
        assertThat(there()).doesNotContain(used, kept, tagged).contains(TestEngine.IMAGE);
        assertThat(images.keys()).isEmpty();
    }

    @Test
    void imageThatTheEngineHadIsNotTheAgents() throws Exception {
        String name = pushed("before");
        // Somebody pulls it by hand.
        String pinned = ((Pull.Pulled) reached.pull(name, progress -> {})).pinned();
        assertThat(pull(name)).isEqualTo(pinned);
        assertThat(images.keys()).isEmpty();
        for (int i = 0; i < 3; i++) {
            images.collect(reached, keys(pinned), Set.of());
            time.steady = time.steady.plus(DAY);
        }
        assertThat(there()).contains(pinned);
    }

    @Test
    void imageWithTwoNamesOfTheAgentsGoesWithBoth() throws Exception {
        String name = pushed("twice");
        String pinned = pull(name);
        registry.push(engine, pinned, "team/again", "2");
        String again = pull(registry.host() + "/team/again:2");
        for (int i = 0; i < 3; i++) {
            images.collect(reached, keys(pinned, again), Set.of());
            time.steady = time.steady.plus(DAY);
        }
        assertThat(there()).doesNotContain(name, pinned, again);
    }
}
