package dev.berth.agent.runtime.engine;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * How far a container's output has been copied: the last pieces by their times, in the order in which they came. An engine
 * gives output again from a time on, and several pieces may be of one time; those of its two streams need not come in the
 * order of their times. Docker before 25 leaves out whatever is older than {@link #since}; later ones, from the first
 * piece on that is not older, leave out nothing.
 */
final class LogMark {
    /** Two threads of Docker write to one log; they are never this many pieces apart. */
    static final int OF_TWO_WRITERS = 64;
    /** Podman has one, and tells times in whole seconds. */
    static final int OF_ONE_WRITER = 2;

    /** Pieces of one time that came one after the other. */
    private record Run(Instant time, int count) {}

    /** From the first on that is not older than {@link #since}. */
    private final Deque<Run> runs = new ArrayDeque<>();
    /** Those that are not older than {@link #since}. */
    private final TreeSet<Instant> times = new TreeSet<>();

    private final int remembered;
    private Instant oldest = Instant.MIN;
    private long length;

    /**
     * Of nothing yet.
     *
     * @param remembered how many times
     */
    LogMark(int remembered) {
        this.remembered = remembered;
    }

    /** Bytes of the copy when this was so. */
    long length() {
        return length;
    }

    /** From when on it has to be asked for again; empty for all of it. */
    Optional<Instant> since() {
        return times.isEmpty() ? Optional.empty() : Optional.of(times.first());
    }

    void copied(Instant time, long lengthNow) {
        add(new Run(time, 1));
        length = lengthNow;
    }

    private void add(Run run) {
        Run last = runs.peekLast();
        if (last != null && last.time().equals(run.time())) {
            runs.pollLast();
            runs.add(new Run(run.time(), last.count() + run.count()));
        } else {
            runs.add(run);
        }
        if (!run.time().isBefore(oldest)) {
            times.add(run.time());
        }
        if (times.size() > remembered) {
            times.pollFirst();
            oldest = times.first();
        }
        while (!runs.isEmpty() && runs.peek().time().isBefore(oldest)) {
            runs.poll();
        }
    }

    /** Tells, of an output that is read again from {@link #since} on, what was copied already. */
    Replay replay() {
        return new Replay(List.copyOf(runs));
    }

    /** Where a reading is that goes through the same pieces in the same order; some of them may be left out. */
    static final class Replay {
        private final List<Run> runs;
        private int at;
        private int seen;

        private Replay(List<Run> runs) {
            this.runs = runs;
        }

        /** To be asked once for each piece, in turn. */
        boolean knows(Instant time) {
            for (int next = at; next < runs.size(); next++) {
                if (runs.get(next).time().equals(time)) {
                    seen = next == at ? seen + 1 : 1;
                    at = next;
                    if (seen == runs.get(at).count()) {
                        at++;
                        seen = 0;
                    }
                    return true;
                }
            }
            return false;
        }
    }

    /** A line for its length and its oldest time, then one for each run. */
    String text() {
        StringBuilder text = new StringBuilder().append(length).append(' ').append(oldest);
        runs.forEach(run -> text.append('\n').append(run.time()).append(' ').append(run.count()));
        return text.append('\n').toString();
    }

    /** Empty where it is torn. */
    static Optional<LogMark> parse(String text, int remembered) {
        try {
            LogMark mark = new LogMark(remembered);
            String[] lines = text.split("\n");
            String[] first = lines[0].split(" ");
            mark.length = Long.parseLong(first[0]);
            mark.oldest = Instant.parse(first[1]);
            for (int i = 1; i < lines.length; i++) {
                String[] words = lines[i].split(" ");
                mark.add(new Run(Instant.parse(words[0]), Integer.parseInt(words[1])));
            }
            return Optional.of(mark);
        } catch (NumberFormatException | DateTimeException | ArrayIndexOutOfBoundsException torn) {
            return Optional.empty();
        }
    }
}
