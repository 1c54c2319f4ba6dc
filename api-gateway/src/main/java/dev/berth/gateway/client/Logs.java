package dev.berth.gateway.client;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.berth.chassis.bus.BusConnection;
import dev.berth.chassis.bus.BusMessage;
import dev.berth.chassis.bus.BusReader;
import dev.berth.chassis.bus.StoredMessage;
import dev.berth.protocol.v1.LogLines;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.jboss.logging.Logger;

/**
 * What containers print. A reader gets a page when it has taken the last one, so that what a slow one has not read stays
 * on the bus: this process also carries app traffic.
 */
@ApplicationScoped
public class Logs {
    /** What is held for one reader: no more than this, and the message that goes over it. */
    private static final int MOST_MESSAGES = 64;

    private static final long MOST_BYTES = 1 << 20;

    private static final BusReader READER = new BusReader(Logger.getLogger(Logs.class));

    private final BusConnection bus;
    /** A reader that follows waits most of the time. */
    private final Executor threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("berth-logs").factory());

    Logs(BusConnection bus) {
        this.bus = bus;
    }

    /**
     * What is kept, oldest first and, where asked, what comes.
     *
     * @param filter of the bus, for the subjects that are read
     */
    public Multi<LogLines> read(String filter, boolean follow) {
        return Multi.createFrom().deferred(() -> {
            LogReader reader = new LogReader(position -> bus.page(filter, position, MOST_MESSAGES, MOST_BYTES), follow);
            return follow ? following(filter, reader) : pages(reader, false, threads);
        });
    }

    private Multi<LogLines> following(String filter, LogReader reader) {
        try {
            AutoCloseable news = bus.follow(filter, message -> reader.heardSomething());
            return pages(reader, true, threads).onTermination().invoke(() -> close(news));
        } catch (IOException fault) {
            return Multi.createFrom().failure(fault);
        }
    }

    /** Asks for a page when all of the last one was asked for. */
    static Multi<LogLines> pages(LogReader reader, boolean follow, Executor threads) {
        Uni<List<StoredMessage>> next = Uni.createFrom()
                .<List<StoredMessage>>emitter(emitter -> {
                    try {
                        emitter.complete(reader.next());
                    } catch (IOException | InterruptedException fault) {
                        emitter.fail(fault);
                    }
                })
                .runSubscriptionOn(threads);
        return Multi.createBy()
                .repeating()
                .uni(() -> next)
                .whilst(page -> follow || !page.isEmpty())
                .onItem()
                .transformToMultiAndConcatenate(page -> Multi.createFrom().iterable(page))
                .map(stored -> READER.read(stored.message(), Logs::lines))
                .filter(Optional::isPresent)
                .map(Optional::get);
    }

    private static LogLines lines(BusMessage message) throws InvalidProtocolBufferException {
        LogLines lines = LogLines.parseFrom(message.body());
        message.mustBeOf(lines.getEnvironment(), lines.getApp(), lines.getContainer());
        return lines;
    }

    private static void close(AutoCloseable news) {
        try {
            news.close();
        } catch (Exception gone) {
            throw new IllegalStateException("the subscription can't be ended", gone);
        }
    }
}
