package dev.berth.agent.control;

import java.io.IOException;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** What a container's life waits for and must not be held up by: one thing at a time, on a thread of its own. */
final class Errand {
    private static final Logger LOG = Logger.getLogger(Errand.class);

    interface Work {
        /** Says by itself what came of it. An interrupt means that nobody wants to know any more. */
        void run() throws IOException, InterruptedException;
    }

    private final String id;
    private final Consumer<Throwable> failed;
    private Thread thread = Thread.ofVirtual().unstarted(() -> {});

    /**
     * @param id whose it is
     * @param failed told from another thread what kept it from being done
     */
    Errand(String id, Consumer<Throwable> failed) {
        this.id = id;
        this.failed = failed;
    }

    /** Begins; what was begun before is given up. */
    void go(String what, Work work) {
        end();
        thread = Thread.ofVirtual().name(what + "-" + id).start(() -> {
            try {
                work.run();
            } catch (InterruptedException unneeded) {
                LOG.debugf("%s: no need to %s any more", id, what);
            } catch (IOException | RuntimeException | Error fault) {
                failed.accept(fault);
            }
        });
    }

    /** Gives up what has been begun. */
    void end() {
        thread.interrupt();
    }

    boolean isOver() {
        return !thread.isAlive();
    }
}
