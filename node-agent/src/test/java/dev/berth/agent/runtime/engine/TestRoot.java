package dev.berth.agent.runtime.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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
            mkdir -p "$2/root$3"
            mount --bind "$3" "$2/root$3"
            echo ready
            read end
            """;

    private final Process keeper;
    private final Path root;

    private TestRoot(Process keeper, Path root) {
        this.keeper = keeper;
        this.root = root;
    }

    static boolean isThere() {
        return !KEPT.isEmpty() && Files.isDirectory(Path.of(KEPT));
    }

    static TestRoot begin(Path folder) throws IOException {
        Process keeper = new ProcessBuilder(
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
                        System.getProperty("java.io.tmpdir"))
                .redirectErrorStream(true)
                .start();
        String said = keeper.inputReader(StandardCharsets.UTF_8).readLine();
        if (!"ready".equals(said)) {
            throw new IOException("Debian 13 can't be mounted: " + said);
        }
        return new TestRoot(keeper, folder.resolve("root"));
    }

    /** Before a command that is to run there. */
    List<String> inside() {
        return List.of("nsenter", "--target=" + keeper.pid(), "--mount", "chroot", root.toString());
    }

    @Override
    public void close() {
        keeper.destroy();
        keeper.onExit().join();
    }
}
