package dev.berth.agent.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.runtime.engine.EngineNames;
import dev.berth.agent.runtime.engine.Pull;
import dev.berth.agent.runtime.engine.TestEngine;
import dev.berth.agent.runtime.engine.TestKind;
import dev.berth.protocol.name.ImageKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images of a real engine that come from a real registry and go again. */
class HostImagesIT {
    @TempDir
    Path folder;

    private TestEngine engine;
    private EngineKit kit;

    @BeforeEach
    void begin() throws Exception {
        engine = TestEngine.shared(TestKind.DOCKER);
        kit = new EngineKit(engine, folder);
    }

    @AfterEach
    void end() throws Exception {
        if (kit != null) {
            remove(kit.registry.host());
            kit.close();
        }
    }

    /** An image that the registry has, and the engine no more. */
    private String pushed(String repository) throws Exception {
        Path context = Files.createDirectory(folder.resolve(repository));
        Files.writeString(
                context.resolve("Dockerfile"), "FROM " + TestEngine.IMAGE + "\nLABEL of=" + repository + folder + "\n");
        String local = "local-" + repository + ":1";
        engine.build(local, context);
        String name = kit.registry.push(engine, local, "team/" + repository, "1");
        remove(local);
        return name;
    }

    /** Whatever has a name that begins so. */
    private void remove(String prefix) throws Exception {
        for (Map.Entry<String, Set<String>> image : kit.reached.images().entrySet()) {
            if (image.getValue().stream().anyMatch(name -> name.startsWith(prefix))) {
                kit.reached.removeImage(image.getKey(), image.getValue());
            }
        }
    }

    private static Set<Long> keys(String... pinned) {
        return Set.of(pinned).stream().map(ImageKey::of).collect(Collectors.toSet());
    }

    @Test
    void imageThatNoAppNeedsGoesAndOthersStay() throws Exception {
        String old = kit.pull(pushed("old"));
        String used = kit.pull(pushed("used"));
        String kept = kit.pull(pushed("kept"));
        String tagged = kit.pull(pushed("tagged"));
        engine.run("stranger", used, "sleep", "1000");
        EngineNames.tag(engine, tagged, "mine/tagged", "1");
        try {
            assertThat(kit.images.keys()).isEqualTo(keys(old, used, kept, tagged));
            // They were needed at the first look: somebody just pulled them.
            kit.images.collect(kit.reached, keys(old, used, tagged), Set.of());
            kit.images.collect(kit.reached, keys(old, used, tagged), Set.of());
            kit.time.steady = kit.time.steady.plus(EngineKit.DAY.minusMillis(1));
            kit.images.collect(kit.reached, keys(old, used, tagged), Set.of());
            assertThat(kit.there()).contains(old, used, kept, tagged);
            kit.time.steady = kit.time.steady.plusMillis(1);
            kit.images.collect(kit.reached, keys(old, used, tagged), Set.of());
            assertThat(kit.there()).doesNotContain(old).contains(used, kept, tagged, "mine/tagged:1", TestEngine.IMAGE);
            assertThat(kit.images.keys()).isEqualTo(keys(used, kept, tagged));
        } finally {
            engine.remove("stranger");
        }
        EngineNames.untag(engine, "mine/tagged:1");
        for (int i = 0; i < 2; i++) {
            kit.images.collect(kit.reached, keys(used, kept, tagged), Set.of());
            kit.time.steady = kit.time.steady.plus(EngineKit.DAY);
        }
        kit.images.collect(kit.reached, keys(used, kept, tagged), Set.of());
        assertThat(kit.there()).doesNotContain(used, kept, tagged).contains(TestEngine.IMAGE);
        assertThat(kit.images.keys()).isEmpty();
    }

    @Test
    void imageThatTheEngineHadIsNotTheAgents() throws Exception {
        String name = pushed("before");
        // Somebody pulls it by hand.
        String pinned = ((Pull.Pulled) kit.reached.pull(name, progress -> {})).pinned();
        assertThat(kit.pull(name)).isEqualTo(pinned);
        assertThat(kit.images.keys()).isEmpty();
        for (int i = 0; i < 3; i++) {
            kit.images.collect(kit.reached, keys(pinned), Set.of());
            kit.time.steady = kit.time.steady.plus(EngineKit.DAY);
        }
        assertThat(kit.there()).contains(pinned);
    }

    @Test
    void imageWithTwoNamesOfTheAgentsGoesWithBoth() throws Exception {
        String name = pushed("twice");
        String pinned = kit.pull(name);
        kit.registry.push(engine, pinned, "team/again", "2");
        String again = kit.pull(kit.registry.host() + "/team/again:2");
        for (int i = 0; i < 3; i++) {
            kit.images.collect(kit.reached, keys(pinned, again), Set.of());
            kit.time.steady = kit.time.steady.plus(EngineKit.DAY);
        }
        assertThat(kit.there()).doesNotContain(name, pinned, again);
    }
}
