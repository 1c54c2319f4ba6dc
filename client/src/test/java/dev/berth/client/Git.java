package dev.berth.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The git of this machine, without anybody's settings. */
record Git(Path folder, Path home) {

    static boolean isThere() {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(place -> Files.isExecutable(Path.of(place, "git")));
    }

    Set<String> tell(String... arguments) throws IOException, InterruptedException {
        return tell(Path.of("/dev/null"), arguments);
    }

    /** What it tells, one record for each NUL, as bytes. */
    Set<String> tell(Path input, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(input.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
        builder.environment().put("GIT_CONFIG_NOSYSTEM", "1");
        builder.environment().put("HOME", home.toString());
        builder.environment().remove("XDG_CONFIG_HOME");
        Process git = builder.start();
        String told = new String(git.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        if (git.waitFor() > 1) {
            throw new IOException(command + " failed");
        }
        Set<String> records = new TreeSet<>(List.of(told.split("\0")));
        records.remove("");
        return records;
    }

    /** Everything that is not ignored. */
    Set<String> files() throws IOException, InterruptedException {
        tell("init", "-q", ".");
        return tell("ls-files", "-z", "--others", "--exclude-per-directory=" + Ignore.FILE);
    }
}
