package dev.berth.gateway.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.chassis.bus.BusMessage;
import dev.berth.chassis.bus.StoredMessage;
import dev.berth.protocol.v1.LogLine;
import dev.berth.protocol.v1.LogLines;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogsTest {
    private static final int PAGE = 10;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicLong kept = new AtomicLong();
    private final AtomicLong read = new AtomicLong();
    private final AtomicBoolean away = new AtomicBoolean();

    @AfterEach
    void stop() {
        threads.close();
    }

    /** Message n says n. */
    private List<StoredMessage> after(long position) throws IOException {
        if (away.get()) {
            throw new IOException("NATS is not connected");
        }
        List<StoredMessage> page = new ArrayList<>();
        for (long next = position + 1; next <= kept.get() && page.size() < PAGE; next++) {
            page.add(new StoredMessage(
                    next,
                    new BusMessage(
                            "berth.logs.n.main.a.c",
                            LogLines.newBuilder()
                                    .setEnvironment("main")
                                    .setApp("a")
                                    .setContainer("c")
                                    .addLines(LogLine.newBuilder().setText(String.valueOf(next)))
                                    .build()
                                    .toByteArray())));
        }
        read.addAndGet(page.size());
        return page;
    }

    private AssertSubscriber<LogLines> subscribe(LogReader reader, boolean follow) {
        return Logs.pages(reader, follow, threads).subscribe().withSubscriber(AssertSubscriber.create(0));
    }

    private void take(AssertSubscriber<LogLines> subscriber, int lines) {
        subscriber.awaitNextItems(lines, Duration.ofSeconds(10));
        assertThat(read.get())
                .as("held beside what was taken")
                .isLessThanOrEqualTo(subscriber.getItems().size() + 2L * PAGE);
    }

    @Test
    void slowReaderHasNoMoreReadForItThanItTakes() {
        kept.set(100_000);
        AssertSubscriber<LogLines> subscriber = subscribe(new LogReader(this::after, false), false);
        for (int lines : new int[] {1, 1, 9, 30, 1}) {
            take(subscriber, lines);
        }
        subscriber.cancel();
        assertThat(subscriber.getItems())
                .extracting(item -> Long.parseLong(item.getLines(0).getText()))
                .isSorted()
                .startsWith(1L)
                .endsWith(42L);
    }

    @Test
    void slowReaderThatFollowsHasNoMoreReadForItThanItTakes() {
        kept.set(15);
        LogReader reader = new LogReader(this::after, true);
        AssertSubscriber<LogLines> subscriber = subscribe(reader, true);
        take(subscriber, 15);
        kept.set(100_000);
        reader.heardSomething();
        for (int lines : new int[] {1, 20, 1}) {
            take(subscriber, lines);
        }
        subscriber.cancel();
        assertThat(subscriber.getItems())
                .extracting(item -> Long.parseLong(item.getLines(0).getText()))
                .isSorted()
                .endsWith(37L);
    }

    @Test
    void whatIsKeptIsReadToItsEnd() {
        kept.set(25);
        AssertSubscriber<LogLines> subscriber = subscribe(new LogReader(this::after, false), false);
        subscriber.request(Long.MAX_VALUE);
        assertThat(subscriber.awaitCompletion(Duration.ofSeconds(10)).getItems())
                .hasSize(25);
    }

    @Test
    void readerThatFollowsOutlastsABusThatIsAwayAndOneThatBeginsSaysSo() {
        kept.set(1);
        LogReader reader = new LogReader(this::after, true);
        AssertSubscriber<LogLines> subscriber = subscribe(reader, true);
        take(subscriber, 1);
        away.set(true);
        subscriber.request(1);
        subscribe(new LogReader(this::after, true), true)
                .request(1)
                .awaitFailure(Duration.ofSeconds(10))
                .assertFailedWith(IOException.class, "NATS is not connected");
        kept.set(2);
        away.set(false);
        reader.heardSomething();
        subscriber.awaitItems(2, Duration.ofSeconds(10)).cancel();
    }
}
