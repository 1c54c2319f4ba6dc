package dev.berth.cli.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The JDK's AOT cache of a service. Its first run records what it loads, when it ends; a later `up` makes the cache of
 * that in the background, with the lowest priority, since it costs a quarter of a minute; runs after that start fast.
 */
final class AotCache {
    private final List<String> command;
    private final Path recording;
    private final Path cache;

    /** @param command the service's, from the java program to what stands before -jar */
    AotCache(Home home, String module, Path jar, List<String> command) throws IOException {
        this.command = List.copyOf(command);
        // Of this build and this JDK alone.
        String key = module + "-" + Long.toString(Files.getLastModifiedTime(jar).toMillis(), 36) + "-"
                + Runtime.version().feature();
        Path folder = home.folder("aot");
        recording = folder.resolve(key + ".recording");
        cache = folder.resolve(key + ".aot");
    }

    /** What to start the service with, beside its own flags. */
    List<String> flags() {
        if (Files.exists(cache)) {
            return List.of("-XX:AOTCache=" + cache, "-Xlog:aot=off", "-Xlog:cds=off");
        }
        return !records()
                ? List.of()
                : List.of("-XX:AOTMode=record", "-XX:AOTConfiguration=" + recording, "-Xlog:aot=off", "-Xlog:cds=off");
    }

    /** Whether a run that begins now records, which its end then takes some seconds for. */
    boolean records() {
        return !Files.exists(cache) && !recorded();
    }

    /** The JDK makes the file when it starts, and fills it when it ends in order. */
    private boolean recorded() {
        try {
            return Files.exists(recording) && Files.size(recording) > 0;
        } catch (IOException gone) {
            return false;
        }
    }

    /** Makes the cache where there is a recording and no cache. Takes long. */
    void make(Path jar) throws IOException, InterruptedException {
        if (Files.exists(cache) || !recorded()) {
            return;
        }
        Path next = cache.resolveSibling(cache.getFileName() + ".new");
        List<String> create = new ArrayList<>(List.of("nice", "-n", "19"));
        create.addAll(command);
        create.addAll(List.of("-XX:AOTMode=create", "-XX:AOTConfiguration=" + recording, "-XX:AOTCache=" + next, "-jar",
                jar.toString()));
        Process process = new ProcessBuilder(create).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        try {
            if (process.waitFor(300, TimeUnit.SECONDS) && process.exitValue() == 0) {
                Files.move(next, cache, StandardCopyOption.ATOMIC_MOVE);
            } else {
                // Cut short when it was written: the next run records again.
                Files.deleteIfExists(recording);
            }
        } finally {
            process.destroyForcibly();
            Files.deleteIfExists(next);
        }
    }
}
