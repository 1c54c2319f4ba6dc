package dev.berth.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What there is of a Berth's containers where they should have ended: what each part says of it, and the host. */
final class Remains {
    private static final int LAST_LINES = 12;

    private Remains() {}

    static String of(LocalBerth berth) {
        StringBuilder said = new StringBuilder("what is left:");
        say(said, "containers", () -> lines(berth.client().containers("").stream()));
        say(said, "nodes", () -> lines(berth.client().nodes().stream()));
        say(said, "apps", () -> lines(berth.client().apps().stream()));
        say(said, "on the host", () -> lines(folders(berth.home.state().resolve("nodes"))));
        for (String part : berth.supervisor.parts()) {
            say(said, "the log of " + part, () -> lines(lastLines(berth, part).stream()));
        }
        return said.toString();
    }

    private static void say(StringBuilder said, String what, Supplier<String> words) {
        said.append("\n- ").append(what).append(':');
        try {
            said.append(words.get());
        } catch (RuntimeException fault) {
            said.append(' ').append(fault);
        }
    }

    private static String lines(Stream<?> all) {
        return all.map(one -> "\n    " + one).collect(Collectors.joining());
    }

    /** Each container's files, and how its shell is. */
    private static Stream<String> folders(Path nodes) {
        try (Stream<Path> all = Files.find(
                nodes,
                3,
                (path, is) -> is.isDirectory()
                        && List.of("containers", "engine")
                                .contains(path.getParent().getFileName().toString()))) {
            return all.map(Remains::container).toList().stream();
        } catch (IOException gone) {
            return Stream.of(gone.toString());
        }
    }

    private static String container(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            String names =
                    files.map(file -> file.getFileName().toString()).sorted().collect(Collectors.joining(" "));
            Path process = folder.resolve("process");
            return folder + ": " + names + (Files.exists(process) ? "; shell: " + state(process) : "");
        } catch (IOException gone) {
            return folder + ": " + gone;
        }
    }

    private static String state(Path process) throws IOException {
        Path stat = Path.of("/proc")
                .resolve(Files.readString(process).split(" ")[0])
                .resolve("stat");
        return Files.exists(stat) ? Files.readString(stat).strip() : "gone";
    }

    private static List<String> lastLines(LocalBerth berth, String part) {
        try {
            List<String> all = berth.log(part).lines().toList();
            return all.subList(Math.max(0, all.size() - LAST_LINES), all.size());
        } catch (IOException unreadable) {
            return List.of(unreadable.toString());
        }
    }
}
