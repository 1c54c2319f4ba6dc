package dev.berth.client;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;

/** What keeps a source folder from being packed, in words that say what to do. */
final class SourceFault {
    private SourceFault() {}

    static BerthException of(String sentence) {
        return new BerthException(0, sentence, List.of());
    }

    static BerthException changed(RawPath path, String how) {
        return of(what(path) + " " + how + " while it was packed; name it in .berthignore if the app does not need it,"
                + " or deploy again when nothing writes to it");
    }

    private static String what(RawPath path) {
        return path.bytes().isEmpty() ? "the source folder" : path.toString();
    }

    static BerthException unreadable(RawPath path, IOException fault) {
        String what = what(path);
        return switch (fault) {
            case NoSuchFileException gone -> changed(path, "was deleted");
            case NotDirectoryException replaced -> changed(path, "was replaced");
            case AccessDeniedException denied ->
                of(what + " can't be read by this user; give the right to read it, or name it in .berthignore");
            case FileSystemException refused
            when refused.getReason() != null ->
                of(what + " can't be read: " + refused.getReason() + "; mend that, or name it in .berthignore");
            default -> of(what + " can't be read: " + fault.getMessage() + "; mend that, or name it in .berthignore");
        };
    }
}
