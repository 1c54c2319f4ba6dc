package dev.berth.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a class whose tests had buffers of the proxy collected that nobody had released. */
public final class Leaks extends Handler implements BeforeAllCallback, AfterAllCallback {
    /** Vert.x, by which tests ask and answer, has leaks of its own. */
    private static final Pattern OURS = Pattern.compile("dev\\.berth\\.gateway\\.proxy\\.(exchange|http|tls|wire)\\.");

    private static final AtomicInteger CANARIES = new AtomicInteger();
    private static final Logger REPORTS = Logger.getLogger(ResourceLeakDetector.class.getName());

    private final List<String> reports = new CopyOnWriteArrayList<>();

    @Override
    public void beforeAll(ExtensionContext context) {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        REPORTS.setUseParentHandlers(false);
        REPORTS.addHandler(this);
    }

    /** A buffer that is lost on purpose says when all those before it have been seen. */
    @Override
    public void afterAll(ExtensionContext context) {
        String canary = "canary " + CANARIES.incrementAndGet() + ".";
        lose(canary);
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (reports.stream().noneMatch(report -> report.contains(canary))) {
            assertThat(System.nanoTime()).as("%s is reported", canary).isLessThan(until);
            System.gc();
            // Who is given a buffer looks for those that were lost.
            PooledByteBufAllocator.DEFAULT.directBuffer().release();
        }
        REPORTS.removeHandler(this);
        REPORTS.setUseParentHandlers(true);
        assertThat(reports).filteredOn(report -> OURS.matcher(report).find()).isEmpty();
    }

    private static void lose(String canary) {
        PooledByteBufAllocator.DEFAULT.directBuffer().touch(canary);
    }

    @Override
    public void publish(LogRecord line) {
        reports.add(line.getMessage());
    }

    @Override
    public void flush() {
        // Nothing waits.
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
