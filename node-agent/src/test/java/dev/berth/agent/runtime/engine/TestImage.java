package dev.berth.agent.runtime.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** What {@link TestEngine#IMAGE} is made of: this machine's busybox. */
final class TestImage {
    private TestImage() {}

    /** A tar of its file system. */
    static byte[] bytes() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            Path busybox = Stream.of("/bin/busybox", "/usr/bin/busybox")
                    .map(Path::of)
                    .filter(Files::exists)
                    .findFirst()
                    .orElseThrow();
            file(tar, "bin/busybox", Files.readAllBytes(busybox), 0755);
            for (String tool : tools(busybox)) {
                link(tar, "bin/" + tool, "busybox");
            }
            link(tar, "usr/bin/env", "/bin/busybox");
            file(
                    tar,
                    "bin/bash",
                    "#!/bin/sh\n# It complains of the terminal that is not there.\nexec sh \"$@\" 2>/dev/null\n"
                            .getBytes(StandardCharsets.UTF_8),
                    0755);
            file(tar, "etc/passwd", "web:x:1000:1000::/:/bin/sh\n".getBytes(StandardCharsets.UTF_8), 0644);
        }
        return bytes.toByteArray();
    }

    private static void link(TarArchiveOutputStream tar, String name, String to) throws IOException {
        TarArchiveEntry link = new TarArchiveEntry(name, TarArchiveEntry.LF_SYMLINK);
        link.setLinkName(to);
        tar.putArchiveEntry(link);
        tar.closeArchiveEntry();
    }

    private static List<String> tools(Path busybox) throws IOException {
        Process list = new ProcessBuilder(busybox.toString(), "--list").start();
        return new String(list.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .filter(tool -> !tool.equals("busybox") && !tool.equals("bash"))
                .toList();
    }

    private static void file(TarArchiveOutputStream tar, String name, byte[] content, int mode) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        entry.setMode(mode);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }
}
