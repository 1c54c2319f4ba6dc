package dev.berth.agent.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jboss.logging.Logger;

/** A state folder is one agent's. The kernel lets go of the lock however that one ends; containers do not inherit it. */
public final class StateLock implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(StateLock.class);

    private final FileChannel file;

    private StateLock(FileChannel file) {
        this.file = file;
    }

    /** Empty where another agent has it. */
    public static Optional<StateLock> take(Path state) throws IOException {
        FileChannel file = FileChannel.open(path(state), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = file.tryLock();
            if (lock != null) {
                sign(file);
                return Optional.of(new StateLock(file));
            }
        } catch (OverlappingFileLockException sameProcess) {
            // Theirs, too.
        }
        file.close();
        return Optional.empty();
    }

    /** For people; on a full disk they have to do without. */
    private static void sign(FileChannel file) {
        try {
            file.truncate(0);
            file.write(ByteBuffer.wrap(
                    String.valueOf(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)));
        } catch (IOException refused) {
            LOG.debugf("the lock of this agent's folder is not signed: %s", refused.getMessage());
        }
    }

    /** Who has it, for people. */
    public static String holder(Path state) {
        try {
            return "process " + Files.readString(path(state)).strip();
        } catch (IOException unreadable) {
            return "another process";
        }
    }

    private static Path path(Path state) {
        return state.resolve("lock");
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
