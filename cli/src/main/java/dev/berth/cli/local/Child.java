package dev.berth.cli.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A part's process, started again with back-off whenever it dies. */
final class Child {
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final Duration LASTED = Duration.ofSeconds(30);

    private final Part part;
    private final Path pidFile;
    private final Consumer<String> say;
    private volatile Process process;
    private volatile boolean stopping;
    private volatile int failures;

    Child(Part part, Home home, Consumer<String> say) {
        this.part = part;
        this.say = say;
        pidFile = home.folder("run").resolve(part.name() + ".pid");
    }

    Part part() {
        return part;
    }

    long pid() {
        return process.pid();
    }

    void start() throws IOException {
        launch();
        Thread.ofVirtual().name("watch-" + part.name()).start(this::watch);
    }

    /** In a session of its own, so that Ctrl-C reaches the supervisor alone. */
    private void launch() throws IOException {
        List<String> command = new ArrayList<>(List.of("setsid"));
        command.addAll(part.command());
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(part.log().toFile()));
        part.settings(builder.environment());
        process = builder.start();
        seen().write(PartFile.of(pidFile));
        Pid.of(process.pid()).write(pidFile);
    }

    private void watch() {
        Duration pause = Duration.ofMillis(250);
        while (true) {
            long started = System.nanoTime();
            try {
                int status = process.waitFor();
                if (stopping) {
                    return;
                }
                failures++;
                boolean lasted = Duration.ofNanos(System.nanoTime() - started).compareTo(LASTED) > 0;
                pause = lasted ? Duration.ofMillis(250) : pause;
                say.accept(part.name() + " ended (status " + status + "); starting it again in " + pause.toMillis()
                        + " ms; see " + part.log());
                Thread.sleep(pause);
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
                synchronized (this) {
                    if (stopping) {
                        return;
                    }
                    launch();
                }
            } catch (IOException refused) {
                say.accept(part.name() + " can't be started: " + refused.getMessage());
                return;
            } catch (InterruptedException interrupted) {
                return;
            }
        }
    }

    /** Waits until it is ready; throws where it dies again and again, or takes too long. */
    void awaitReady(Duration patience) throws IOException {
        long until = System.nanoTime() + patience.toNanos();
        int before = failures;
        while (!ready()) {
            if (failures - before >= 3) {
                throw new IOException(part.name() + " dies whenever it is started:\n" + lastLines());
            }
            if (System.nanoTime() > until) {
                throw new IOException(
                        part.name() + " is not ready after " + patience.toSeconds() + " s:\n" + lastLines());
            }
            try {
                Thread.sleep(30);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", interrupted);
            }
        }
    }

    boolean ready() {
        return seen().ready();
    }

    private PartFile seen() {
        return new PartFile(part.port(), part.health());
    }

    private String lastLines() {
        try (Stream<String> lines = Files.lines(part.log())) {
            List<String> all = lines.toList();
            return String.join("\n", all.subList(Math.max(0, all.size() - 15), all.size()));
        } catch (IOException | java.io.UncheckedIOException unreadable) {
            return "see " + part.log();
        }
    }

    void stop(Duration grace) throws IOException {
        synchronized (this) {
            stopping = true;
        }
        if (process != null) {
            Pid.of(process.pid()).end(part.stopSignal(), grace);
        }
        Files.deleteIfExists(pidFile);
        Files.deleteIfExists(PartFile.of(pidFile));
    }
}
