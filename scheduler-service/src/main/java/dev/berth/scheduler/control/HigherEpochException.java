package dev.berth.scheduler.control;

/** An agent or gateway has seen a higher epoch than this leader's, and no longer obeys this leader. */
final class HigherEpochException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long epoch;
    private final long sequence;

    HigherEpochException(long own, long epoch, long sequence) {
        super("an agent or a gateway has obeyed epoch " + epoch + ", which is above this leader's " + own
                + ": another scheduler leads, or the database was restored from a backup or is another one. Where it is "
                + "free to, this scheduler leads on above that epoch");
        this.epoch = epoch;
        this.sequence = sequence;
    }

    long epoch() {
        return epoch;
    }

    long sequence() {
        return sequence;
    }
}
