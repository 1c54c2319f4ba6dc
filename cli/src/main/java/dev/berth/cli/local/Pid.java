package dev.berth.cli.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A process that was written down, told apart from a later one with its number by its start time. */
record Pid(long number, String startTime) {

    static Pid of(long number) {
        return new Pid(number, startTime(number));
    }

    /**
     * From a file with number, start time and, where it was noted, the boot's id; empty where there is none, where it is
     * torn, or where its process has ended.
     */
    static Optional<Pid> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        String[] words = Files.readString(file).strip().split(" ");
        if (words.length < 2 || !words[0].matches("[1-9]\\d{0,17}")) {
            return Optional.empty();
        }
        boolean ofThisBoot = words.length == 2 || words[2].equals(bootId());
        return Optional.of(new Pid(Long.parseLong(words[0]), words[1])).filter(pid -> ofThisBoot && pid.alive());
    }

    private static String bootId() throws IOException {
        return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    }

    void write(Path file) throws IOException {
        Files.writeString(file, number + " " + startTime);
    }

    boolean alive() {
        return number > 0 && !startTime.equals("gone") && startTime(number).equals(startTime);
    }

    /** To its whole process group, which each of our processes leads. */
    void signal(String signal) throws IOException {
        Process kill = new ProcessBuilder("kill", "-" + signal, "--", "-" + number)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            kill.waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks it to end, then makes it. */
    void end(String signal, Duration grace) throws IOException {
        if (alive()) {
            signal(signal);
            if (!awaitEnd(grace)) {
                signal("KILL");
                awaitEnd(Duration.ofSeconds(5));
            }
        }
    }

    boolean awaitEnd(Duration patience) {
        long until = System.nanoTime() + patience.toNanos();
        while (alive() && System.nanoTime() < until) {
            try {
                Thread.sleep(20);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return !alive();
            }
        }
        return !alive();
    }

    private static String startTime(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return fields[0].equals("Z") || fields[0].equals("X") ? "gone" : fields[19];
        } catch (IOException gone) {
            return "gone";
        }
    }
}
