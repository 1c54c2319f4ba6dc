package dev.berth.agent.runtime.engine;

import dev.berth.agent.container.Image;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The folders of this node that containers may have, each with all that is in it: its owner says which. */
public record NodeVolumes(List<Folder> folders) {
    public static final NodeVolumes NONE = new NodeVolumes(List.of());
    private static final String WRITABLE = ":rw";

    public record Folder(Path path, boolean writable) {
        @Override
        public String toString() {
            return path + (writable ? WRITABLE : "");
        }
    }

    public NodeVolumes {
        folders = List.copyOf(folders);
    }

    /**
     * @param folders absolute paths, with {@code :rw} after those that containers may write to
     * @throws IllegalArgumentException where one is no such path
     */
    public static NodeVolumes parse(List<String> folders) {
        return new NodeVolumes(folders.stream().map(NodeVolumes::folder).toList());
    }

    private static Folder folder(String text) {
        boolean writable = text.endsWith(WRITABLE);
        Path path = Path.of(writable ? text.substring(0, text.length() - WRITABLE.length()) : text);
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException(text + " is no absolute path");
        }
        return new Folder(path.normalize(), writable);
    }

    /**
     * With each volume where it really is, so that no link leads out of what is allowed.
     *
     * @param here this host's files are the engine's
     * @throws IOException where one is not allowed, or is not there
     */
    Image found(Image image, boolean here) throws IOException {
        List<Image.Volume> found = new ArrayList<>();
        for (Image.Volume volume : image.volumes()) {
            Path path = Path.of(volume.source()).normalize();
            Path real = here ? real(path) : path;
            if (!allows(real, volume.writable(), here)) {
                throw new IOException(refusal(volume, path.equals(real) ? "" : ", which is " + real + ","));
            }
            found.add(new Image.Volume(real.toString(), volume.target(), volume.writable()));
        }
        return image.withVolumes(found);
    }

    private static Path real(Path path) throws IOException {
        try {
            return path.toRealPath();
        } catch (NoSuchFileException missing) {
            throw new IOException(
                    "volume " + path + ": there is no such folder on this node; make it, or leave it out of volumes");
        }
    }

    private boolean allows(Path path, boolean writable, boolean here) throws IOException {
        for (Folder folder : folders) {
            Path allowed = here && folder.path().toFile().exists() ? real(folder.path()) : folder.path();
            if (path.startsWith(allowed) && (folder.writable() || !writable)) {
                return true;
            }
        }
        return false;
    }

    private String refusal(Image.Volume volume, String real) {
        String what = volume.writable() ? "written to" : "read";
        return "volume " + volume.source() + real + " can't be " + what + " by containers of this node: "
                + (folders.isEmpty()
                        ? "it allows them no folders"
                        : "it allows them "
                                + folders.stream().map(Folder::toString).collect(Collectors.joining(", ")))
                + "; its setting is berth.node.volumes (folders, with :rw after those that may be written to)";
    }
}
