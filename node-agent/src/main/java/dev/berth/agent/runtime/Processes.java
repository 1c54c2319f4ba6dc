package dev.berth.agent.runtime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** The processes of this host, as /proc has them. Numbers are used again, so nothing is concluded from a number alone. */
final class Processes {
    static final Path PROC = Path.of("/proc");
    private static final String GONE = "gone";
    private static final int SHOWN = 80;
    private static final long DIE_WITHIN = TimeUnit.SECONDS.toNanos(5);
    private static final long LOOK_AGAIN = TimeUnit.MILLISECONDS.toNanos(5);

    /**
     * A process that was started, and that no other with its number is taken for.
     *
     * @param started clock ticks after boot, from /proc
     * @param boot id of the boot; empty where it was not noted
     */
    record Started(long pid, String started, String boot) {
        /** {@code 4711 123456 0f3c…}, as the shim writes it. */
        static Started parse(String text) throws IOException {
            String[] words = text.strip().split(" ");
            if (words.length < 2 || words.length > 3 || !words[0].matches("[1-9]\\d{0,17}")) {
                throw new IOException("\"" + text + "\" is no process");
            }
            return new Started(Long.parseLong(words[0]), words[1], words.length == 3 ? words[2] : "");
        }

        static Started of(long pid) throws IOException {
            return new Started(pid, startTime(pid), bootId());
        }

        /** False once it has ended, also while its number is there still. */
        boolean lives() throws IOException {
            return !started.equals(GONE)
                    && (boot.isEmpty() || boot.equals(bootId()))
                    && startTime(pid).equals(started);
        }

        @Override
        public String toString() {
            return pid + " " + started + " " + boot;
        }
    }

    private Processes() {}

    /** Whether one was started before another. */
    static boolean isOlder(long pid, Started than) {
        String started = startTime(pid);
        return !started.equals(GONE) && Long.parseLong(started) < Long.parseLong(than.started());
    }

    /**
     * The members of the session that a process led until it ended; none where another process has its number, or it was
     * started in another boot. A number is not given again while anybody is in its session.
     */
    static List<Long> leftBy(Started leader) throws IOException {
        if (!leader.boot().equals(bootId()) || !startTime(leader.pid()).equals(GONE)) {
            return List.of();
        }
        return all().stream().filter(pid -> session(pid) == leader.pid()).toList();
    }

    /** 0 for one that is gone. */
    private static long session(long pid) {
        try {
            String stat = Files.readString(PROC.resolve(pid + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return fields[0].equals("Z") ? 0 : Long.parseLong(fields[3]);
        } catch (IOException gone) {
            return 0;
        }
    }

    private static String bootId() throws IOException {
        return Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
    }

    /** {@link #GONE} for one that is not there or has ended. */
    private static String startTime(long pid) {
        try {
            String stat = Files.readString(PROC.resolve(pid + "/stat"));
            // The second field, the name, is in parentheses and may hold spaces.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return fields[0].equals("Z") || fields[0].equals("X") ? GONE : fields[19];
        } catch (IOException gone) {
            return GONE;
        }
    }

    /** All that there are. */
    static List<Long> all() {
        List<Long> all = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(PROC, "[0-9]*")) {
            folders.forEach(
                    process -> all.add(Long.parseLong(process.getFileName().toString())));
        } catch (IOException | DirectoryIteratorException unreadable) {
            return all;
        }
        return all;
    }

    /** Those that were started with this variable, {@code NAME=value}, and have not ended. */
    static List<Long> with(String variable) {
        return all().stream().filter(pid -> environment(pid).contains(variable)).toList();
    }

    /** Empty for one that has ended, and for another user's. */
    private static List<String> environment(long pid) {
        try {
            return List.of(new String(Files.readAllBytes(PROC.resolve(pid + "/environ")), StandardCharsets.ISO_8859_1)
                    .split("\0"));
        } catch (IOException gone) {
            return List.of();
        }
    }

    /** In words, for people. */
    static String words(long pid) {
        String command = "";
        try {
            command = new String(Files.readAllBytes(PROC.resolve(pid + "/cmdline")), StandardCharsets.UTF_8)
                    .replace('\0', ' ')
                    .strip();
        } catch (IOException gone) {
            // Its number is all that is left.
        }
        String shown = command.length() <= SHOWN ? command : command.substring(0, SHOWN) + "…";
        return "process " + pid + (shown.isEmpty() ? "" : " (" + shown + ")");
    }

    /** Ends processes by force until there are none: one that is being ended may start others meanwhile. */
    static void killAll(Supplier<List<Long>> processes) throws IOException {
        long until = System.nanoTime() + DIE_WITHIN;
        for (List<Long> left = processes.get(); !left.isEmpty(); left = processes.get()) {
            if (System.nanoTime() > until) {
                throw new IOException("these can't be ended: "
                        + String.join(", ", left.stream().map(Processes::words).toList()));
            }
            signal("KILL", left.stream().map(String::valueOf).toList());
            LockSupport.parkNanos(LOOK_AGAIN);
        }
    }

    /** @param targets numbers of processes, or of groups with a dash before them; those that are gone do no harm */
    static void signal(String signal, List<String> targets) throws IOException {
        List<String> command = new ArrayList<>(List.of("kill", "-" + signal, "--"));
        command.addAll(targets);
        Process kill = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (!kill.waitFor(5, TimeUnit.SECONDS)) {
                throw new IOException(String.join(" ", command) + " did not end");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
