package dev.berth.cli.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A part of a local Berth, as it is seen from outside.
 *
 * @param pid empty where it has ended
 * @param port where others reach it
 */
public record Status(String name, Optional<Long> pid, int port, State state) {
    /** In the words that are shown. */
    public enum State {
        READY,
        STARTING,
        ENDED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** In the order in which they are started; none where Berth does not run here. */
    public static List<Status> of(Home home) throws IOException {
        List<Status> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(home.folder("run"))) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".pid")).toList()) {
                Optional<PartFile> part = PartFile.read(PartFile.of(file));
                if (part.isPresent()) {
                    all.add(look(file, part.get()));
                }
            }
        }
        if (Supervisor.running(home).isEmpty() && all.stream().allMatch(part -> part.state() == State.ENDED)) {
            return List.of();
        }
        all.sort(Comparator.comparing(Status::rank)
                .thenComparing(part -> part.name().length())
                .thenComparing(Status::name));
        return all;
    }

    private static Status look(Path pidFile, PartFile part) throws IOException {
        String name = pidFile.getFileName().toString().replace(".pid", "");
        Optional<Long> pid = Pid.read(pidFile).map(Pid::number);
        State state = pid.isEmpty() ? State.ENDED : part.ready() ? State.READY : State.STARTING;
        return new Status(name, pid, part.port(), state);
    }

    private int rank() {
        String kind = name.replaceAll("-\\d+$", "");
        return List.of("postgres", "nats", "registry", "scheduler", "local", "gateway")
                .indexOf(kind);
    }
}
