package dev.berth.e2e;

import static dev.berth.e2e.EngineBerth.live;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.agent.runtime.engine.TestEngine;
import dev.berth.client.BerthClient;
import dev.berth.client.SourceBundle;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What Berth adds to what an engine needs by itself, on one engine in one run, in turn; by {@code e2e/containers}. No test:
 * it is not run by the build.
 */
class ContainerBenchmark {
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 20);
    private static final int WARMING = 3;
    private static final int IDLE = 100;
    private static final Duration WATCHED = Duration.ofSeconds(30);

    private static EngineBerth all;
    private static LocalBerth berth;
    private static TestEngine engine;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws IOException {
        all = EngineBerth.start("benchmark");
        berth = all.berth;
        engine = all.engine;
    }

    @AfterAll
    static void end() {
        if (all != null) {
            all.close();
        }
    }

    /** From the call of the API to the first answer of the new container, beside create, start and ready by the engine's API. */
    @Test
    void deployBesideTheEnginesOwnStart() throws Exception {
        String command = "exec httpd -f -p 8000 -h /etc";
        List<Long> own = new ArrayList<>();
        List<Long> whole = new ArrayList<>();
        List<Long> code = new ArrayList<>();
        for (int round = 0; round < WARMING + ROUNDS; round++) {
            long ownNanos = engine.timeToAnswer("own-" + round, "sh", "-c", command);
            long wholeNanos = deploy(round);
            long codeNanos = deployCode(round);
            if (round >= WARMING) {
                own.add(ownNanos);
                whole.add(wholeNanos);
                code.add(codeNanos);
            }
        }
        say("create + start + ready by the engine's API", own, own);
        say("deploy of a changed manifest, to its first answer", whole, own);
        say("deploy of changed code (pack, upload, unpack included), to its first answer", code, own);
        berth.stopAll();
    }

    private long deploy(int round) throws Exception {
        long began = System.nanoTime();
        String manifest =
                EngineBerth.shell("bench", "", "").replace("image:", "env: {ROUND: \"" + round + "\"}\nimage:");
        return answered("bench", berth.deploy(manifest), began);
    }

    private long deployCode(int round) throws Exception {
        Path source = Files.createDirectories(folder.resolve("source"));
        Files.writeString(source.resolve("index.html"), "round " + round + "\n");
        long began = System.nanoTime();
        String manifest = EngineBerth.shell("code", "", "").replace("-h /etc", "-h /app") + "source: .\n";
        try (SourceBundle bundle = SourceBundle.of(source, 1 << 20)) {
            berth.client().uploadSource(bundle.digest(), bundle.file());
            int version = berth.client()
                    .deploy("code", manifest, bundle.digest(), new BerthClient.DeployOptions("", "", "", "", false))
                    .version();
            return answered("code", version, began);
        }
    }

    private static long answered(String app, JsonNode deployed, long began) throws Exception {
        return answered(app, deployed.path("version").asInt(), began);
    }

    private static long answered(String app, int version, long began) throws Exception {
        live(berth.outcome(app, version));
        HttpResponse<String> answer = all.get(berth, app);
        assertThat(answer.statusCode()).isLessThan(500);
        return System.nanoTime() - began;
    }

    @Test
    void agentBesideAHundredIdleContainers() throws Exception {
        long[] without = usage();
        live(berth.roll(EngineBerth.shell(
                "idle", "", "cpu: 0.01\nmemory: 8MiB\nmin_containers: " + IDLE + "\nstartup_timeout: 10m")));
        long[] with = usage();
        System.out.printf(
                "agent, idle: %.2f%% of a core, %d MiB; with %d idle containers: %.2f%%, %d MiB%n",
                without[0] / 100.0, without[1], IDLE, with[0] / 100.0, with[1]);
        berth.stopAll();
    }

    /** CPU in hundredths of a percent of a core over half a minute, and resident MiB at its end. */
    private static long[] usage() throws Exception {
        long pid = berth.supervisor.pid(EngineBerth.NODE);
        long before = ticks(pid);
        Thread.sleep(WATCHED);
        // A tick is a hundredth of a second.
        long percent = (ticks(pid) - before) * 100 * 100 / (WATCHED.toSeconds() * 100);
        long pages = Long.parseLong(
                Files.readString(Path.of("/proc/" + pid + "/statm")).split(" ")[1]);
        return new long[] {percent, pages * 4096 >> 20};
    }

    private static long ticks(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    private static void say(String what, List<Long> nanos, List<Long> beside) {
        System.out.printf(
                "%s: median %d ms, p90 %d ms; %+d ms at the median, %.2f times%n",
                what,
                quantile(nanos, 0.5),
                quantile(nanos, 0.9),
                quantile(nanos, 0.5) - quantile(beside, 0.5),
                (double) quantile(nanos, 0.5) / quantile(beside, 0.5));
    }

    private static long quantile(List<Long> nanos, double part) {
        long[] sorted = nanos.stream().mapToLong(Long::longValue).toArray();
        Arrays.sort(sorted);
        return sorted[(int) (part * (sorted.length - 1))] / 1_000_000;
    }
}
