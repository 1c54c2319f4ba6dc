package dev.berth.e2e;

import static dev.berth.e2e.EngineBerth.live;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.agent.runtime.engine.TestEngine;
import dev.berth.agent.runtime.engine.TestRegistry;
import dev.berth.client.ApiJson;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an engine, its images and its containers' output do at the worst moment changes no promise. */
@Timeout(240)
class EngineFaultsIT {
    private static EngineBerth all;
    private static LocalBerth berth;
    private static TestEngine engine;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws IOException {
        all = EngineBerth.start("engine-faults", "a", "b");
        berth = all.berth;
        engine = all.engine;
    }

    @AfterAll
    static void end() {
        if (all != null) {
            all.close();
        }
    }

    @AfterEach
    void leaveNothing() throws IOException {
        berth.awaitAll();
        berth.stopAll();
    }

    @Test
    void versionStaysWhatItsTagMeantAtItsFirstStart() throws Exception {
        try (TestRegistry registry = new TestRegistry(folder)) {
            registry.login(all.logins, TestRegistry.PASSWORD);
            String image = registry.push(engine, "echo:a", "team/app", "1");
            live(berth.roll(EngineBerth.manifest("pinned", image, 1)));
            assertThat(all.mode("pinned")).isEqualTo("a");
            assertThat(registry.push(engine, "echo:b", "team/app", "1"))
                    .as("the same tag")
                    .isEqualTo(image);
            Set<String> before = all.running("pinned").keySet();
            engine.remove("berth-" + EngineBerth.NODE + "-"
                    + before.stream().findFirst().orElseThrow());
            LocalBerth.await(
                    "its replacement",
                    Duration.ofSeconds(60),
                    () -> all.running("pinned").size() == 1
                            && !all.running("pinned").keySet().equals(before));
            assertThat(all.mode("pinned")).as("what replaces it").isEqualTo("a");
            live(berth.roll(EngineBerth.manifest("pinned", image, 1)));
            assertThat(all.mode("pinned")).as("a new version").isEqualTo("b");
            JsonNode back = ApiJson.of(berth.client().rollback("pinned", 1));
            live(berth.outcome("pinned", back.path("version").asInt()));
            assertThat(all.mode("pinned")).as("the rollback to the first").isEqualTo("a");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dockerd", "containerd"})
    void engineThatIsKilledInARolloutEndsItLiveWithoutAFailedRequest(String program) throws Exception {
        String app = "killed-" + program;
        live(berth.roll(EngineBerth.manifest(app, "echo:a", 2)));
        int before = engine.seen().size();
        Load load = new Load(berth, app, 1).pausing(10);
        load.newest.put("a", 1);
        load.newest.put("b", 2);
        try (load) {
            load.plain(2).posts(1).slow(1, 1_000);
            berth.deploy(EngineBerth.manifest(app, "echo:b", 2));
            LocalBerth.await(
                    "a container of the next version in the engine",
                    Duration.ofSeconds(30),
                    () -> engine.containers().size() > before);
            if (program.equals("dockerd")) {
                engine.crash();
                engine.begin();
            } else {
                // The engine starts it anew by itself.
                engine.crashContainerd();
            }
            live(berth.outcome(app, 2));
            load.floor.set(2);
            assertThat(berth.receipt(app, 2).path("dropped").asInt()).isZero();
        }
        assertThat(load.failures).isEmpty();
        assertThat(all.mode(app)).isEqualTo("b");
    }

    /** Faster than it can be sent: what the host's disk may not hold is left out, and a line says how much. */
    @Test
    void ofOutputThatComesTooFastEachByteIsThereOnceOrSaidToBeLeftOut() throws Exception {
        int lines = 100_000;
        String numbered = "awk \"BEGIN {for (i = 1; i <= " + lines
                + "; i++) printf \\\"%07d%01000d\\\\n\\\", i, i}\"; echo done; ";
        live(berth.roll(EngineBerth.shell("flood", numbered, "")));
        Flood flood = new Flood();
        LocalBerth.await("its last line", Duration.ofSeconds(120), () -> flood.read("flood").ended);
        assertThat(flood.broken).isEmpty();
        assertThat(flood.arrived + flood.leftOut).isEqualTo(lines * 1008L);
        assertThat(flood.arrived).as("most of it").isGreaterThan(lines * 1008L / 4);
    }

    private static final class Flood {
        private static final Pattern LEFT_OUT =
                Pattern.compile("\\[berth: (\\d+) bytes of output are left out here: .*");
        long arrived;
        long leftOut;
        boolean ended;
        String broken = "";
        private int last;

        Flood read(String app) {
            arrived = 0;
            leftOut = 0;
            last = 0;
            berth.client().logs(app, "", false, line -> take(line.text()));
            return this;
        }

        private void take(String line) {
            Matcher gap = LEFT_OUT.matcher(line);
            if (gap.matches()) {
                leftOut += Long.parseLong(gap.group(1));
            } else if (line.equals("done")) {
                ended = true;
            } else {
                arrived += line.length() + 1;
                int number = line.length() == 1007 ? Integer.parseInt(line.substring(0, 7)) : 0;
                // The first line behind a gap may have lost its beginning.
                if (number != 0 && number <= last) {
                    broken = number + " after " + last;
                }
                last = Math.max(last, number);
            }
        }
    }
}
