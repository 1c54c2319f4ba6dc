package dev.berth.agent.runtime.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The Debian 13 that {@code .ci/engines} keeps, as one engine sees it: what is written there is its own, and so are its
 * mounts, which end with it. Files of tests, processes and networks are this machine's.
 */
final class TestRoot implements AutoCloseable {
    private static final String KEPT = System.getProperty("berth.engines", "");
    private static final String MOUNT = """
            set -e
            mkdir -p "$2/upper" "$2/work" "$2/root"
            mount -t overlay overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" "$2/root"
            for each in proc sys dev; do mount --rbind "/$each" "$2/root/$each"; done
            mount -t tmpfs tmpfs "$2/root/run"
            root=$2/root
            shift 2
            for each; do mkdir -p "$root$each"; mount --bind "$each" "$root$each"; done
            echo ready
            read end
            """;

    private final Process keeper;
    private final Path root;
    private final boolean apart;

    private TestRoot(Process keeper, Path root, boolean apart) {
        this.keeper = keeper;
        this.root = root;
        this.apart = apart;
    }

    static boolean isThere() {
        return !KEPT.isEmpty() && Files.isDirectory(Path.of(KEPT));
    }

    /** @param apart in a network of its own, with nobody else */
    static TestRoot begin(Path folder, boolean apart) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "unshare",
                "--mount",
                // What this machine unmounts meanwhile goes here too.
                "--propagation=slave",
                "sh",
                "-c",
                MOUNT,
                "sh",
                KEPT,
                folder.toString(),
                System.getProperty("java.io.tmpdir")));
        // Where a whole Berth of the tests has its files.
        Optional.ofNullable(System.getProperty("berth.root")).ifPresent(command::add);
        if (apart) {
            command.addAll(
                    0, List.of("unshare", "--net", "sh", "-c", "busybox ip link set lo up && exec \"$@\"", "sh"));
        }
        Process keeper = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = keeper.inputReader(StandardCharsets.UTF_8).readLine();
        if (!"ready".equals(said)) {
            throw new IOException("Debian 13 can't be mounted: " + said);
        }
        return new TestRoot(keeper, folder.resolve("root"), apart);
    }

    /** Before a command that is to run there. */
    List<String> inside() {
        return Stream.concat(
                        network().stream(),
                        Stream.of("nsenter", "--target=" + keeper.pid(), "--mount", "chroot", root.toString()))
                .toList();
    }

    /** Before a command of this machine's that is to run in its network. */
    List<String> network() {
        return apart ? List.of("nsenter", "--target=" + keeper.pid(), "--net") : List.of();
    }

    @Override
    public void close() {
        keeper.destroy();
        keeper.onExit().join();
    }
}
