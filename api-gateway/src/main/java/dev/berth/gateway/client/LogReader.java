package dev.berth.gateway.client;

import dev.berth.chassis.bus.StoredMessage;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Where one reader of logs is. It blocks, and is asked by one thread at a time. */
final class LogReader {
    private static final long LOOK_AGAIN_MILLIS = 1_000;

    /** What is kept after a position, a page of it; nothing at the end. */
    @FunctionalInterface
    interface Pages {
        List<StoredMessage> after(long position) throws IOException;
    }

    private final Pages pages;
    private final boolean follow;
    private final Semaphore news = new Semaphore(0);
    private long position;
    private boolean begun;

    /** @param follow wait at the end for what comes */
    LogReader(Pages pages, boolean follow) {
        this.pages = pages;
        this.follow = follow;
    }

    /** Something was said; what, the next page will have. By any thread. */
    void heardSomething() {
        if (news.availablePermits() == 0) {
            news.release();
        }
    }

    /** The next page; an empty one is the end, or, for one that follows, says that nothing came for a while. */
    List<StoredMessage> next() throws IOException, InterruptedException {
        List<StoredMessage> page = read();
        if (page.isEmpty() && follow) {
            if (news.tryAcquire(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
                news.drainPermits();
            }
            page = read();
        }
        if (!page.isEmpty()) {
            position = page.getLast().position();
        }
        return page;
    }

    private List<StoredMessage> read() throws IOException {
        try {
            List<StoredMessage> page = pages.after(position);
            begun = true;
            return page;
        } catch (IOException fault) {
            if (follow && begun) {
                // The bus is away for a moment; what was said meanwhile is kept where it was said.
                return List.of();
            }
            throw fault;
        }
    }
}
