package dev.berth.cli.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** The JDK's AOT cache of a service, which halves its start: what it loaded in a run for training, ready to be mapped. */
final class AotCache {
    private final Path file;

    /** Of these jars, these flags and this JDK alone, which its name says: what is built anew has none yet. */
    AotCache(Path folder, Path application, List<String> flags) throws IOException {
        file = folder.resolve(key(application, flags) + ".aot");
    }

    private static String key(Path application, List<String> flags) throws IOException {
        try (Stream<Path> files = Files.walk(application)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            StringBuilder about = new StringBuilder(Runtime.version() + " " + flags);
            for (Path jar : files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList()) {
                // What the JVM looks at too: it takes no cache of a jar that was written anew.
                about.append('\n')
                        .append(application.relativize(jar))
                        .append(' ')
                        .append(Files.size(jar))
                        .append(' ')
                        .append(Files.getLastModifiedTime(jar).toMillis());
            }
            byte[] all = digest.digest(about.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(all, 0, 8);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    boolean made() {
        return Files.exists(file);
    }

    /** Flags of a JVM that is to start from it; none where it is not made. */
    List<String> use() {
        return made() ? List.of("-XX:AOTCache=" + file, "-Xlog:aot*=off", "-Xlog:cds=off") : List.of();
    }

    /**
     * Flags of a JVM that writes it when it ends in order, which takes some seconds. No record of how its methods were
     * compiled: of a run of seconds it misleads every later one (RATIONALE.md). Then C1 is enough, which is done sooner.
     */
    List<String> train() throws IOException {
        Files.createDirectories(file.getParent());
        return List.of(
                "-XX:AOTCacheOutput=" + next(),
                "-XX:+IgnoreUnrecognizedVMOptions",
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:-AOTRecordTraining",
                "-XX:TieredStopAtLevel=1",
                "-Xlog:aot*=off",
                "-Xlog:cds=off");
    }

    private Path next() {
        return file.resolveSibling(file.getFileName() + ".new");
    }

    /** Takes what the training has written into use, and those of earlier builds away. */
    void keep() throws IOException {
        // A JVM that is killed while it writes leaves an empty file.
        if (!Files.exists(next()) || Files.size(next()) == 0) {
            throw new IOException("no AOT cache was written to " + file.getParent());
        }
        try (Stream<Path> earlier = Files.list(file.getParent())) {
            for (Path one : earlier.filter(one -> !one.equals(next())).toList()) {
                Files.delete(one);
            }
        }
        Files.move(next(), file, StandardCopyOption.ATOMIC_MOVE);
    }
}
