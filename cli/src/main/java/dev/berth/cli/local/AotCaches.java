package dev.berth.cli.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The AOT caches of all services, made together by a whole Berth that runs for training, in a home that is thrown away. */
public final class AotCaches {
    private final Path root;
    private final Path folder;

    /** @param root the project's folder */
    public AotCaches(Path root) {
        this.root = root;
        folder = root.resolve("cli/target/training");
    }

    /** What the services do while they are watched: what is used then is fast from the start. */
    public interface Exercise {
        void with(Home training) throws IOException;
    }

    public boolean made() throws IOException {
        for (Service service : Service.values()) {
            if (!service.cache(root).made()) {
                return false;
            }
        }
        return true;
    }

    /** Makes them where they are not made. One at a time: whoever waited for another's training finds nothing left to do. */
    public void make(Exercise exercise, Consumer<String> say) throws IOException {
        if (made()) {
            return;
        }
        try (FileChannel lock = FileChannel.open(
                root.resolve("cli/target/training.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            lock.lock();
            if (!made()) {
                say.accept("making AOT caches, with which services start faster");
                train(exercise);
            }
        }
    }

    private void train(Exercise exercise) throws IOException {
        delete(folder);
        Home home = new Home(folder, root);
        Supervisor berth = new Supervisor(
                home,
                new Supervisor.Options(
                        1,
                        1,
                        Ports.free(),
                        Supervisor.Caches.TRAINED,
                        Map.of("BERTH_RUNTIME", "auto"),
                        Optional.empty(),
                        Map.of()),
                said -> {});
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(berth::abandon));
        try {
            berth.start();
            exercise.with(home);
            berth.stop();
            for (Service service : Service.values()) {
                service.cache(root).keep();
            }
        } finally {
            berth.abandon();
        }
        delete(folder);
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(one);
                }
            }
        }
    }
}
