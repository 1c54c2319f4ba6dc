package dev.berth.chassis.start;

import io.quarkus.runtime.PreventFurtherStepsException;
import io.quarkus.runtime.Quarkus;
import org.jboss.logging.Logger;

/** A service can't go on, and a person has to do something: it says one sentence, and ends with status 1. */
public final class Refusal {
    private static final Logger LOG = Logger.getLogger(Refusal.class);
    private static final int STATUS = 1;

    private Refusal() {}

    /**
     * To be thrown while the service starts. Quarkus prints the sentence alone and ends; thrown bare it would only stop
     * starting, and wait.
     */
    public static RuntimeException atStart(String sentence) {
        return new IllegalStateException(new PreventFurtherStepsException(sentence, STATUS));
    }

    /** Ends a service that has started, in order. */
    public static void later(String sentence) {
        LOG.error(sentence);
        Quarkus.asyncExit(STATUS);
    }
}
