package dev.berth.chassis.kit;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What a class logs while this is open. */
public final class Heard implements AutoCloseable {
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private final Logger logger;
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            // Quarkus' own records are formatted like C, and say so themselves; the plain ones are complete.
            String line = entry instanceof org.jboss.logmanager.ExtLogRecord it
                    ? it.getFormattedMessage()
                    : entry.getMessage();
            lines.add(line);
            if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
                warnings.add(line);
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    private Heard(Logger logger) {
        this.logger = logger;
        logger.addHandler(handler);
    }

    public static Heard by(Class<?> logging) {
        return new Heard(Logger.getLogger(logging.getName()));
    }

    /** Of whatever level its logger is at. */
    public List<String> lines() {
        return List.copyOf(lines);
    }

    /** What is a warning or worse. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    @Override
    public void close() {
        logger.removeHandler(handler);
    }
}
