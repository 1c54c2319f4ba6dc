package dev.berth.agent.runtime.engine;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How far a container's output has been copied: the newest times, with how many pieces of each. An engine gives output
 * again from a time on, and several pieces may be of one time; those of its two streams need not come in the order of
 * their times. For every time from {@link #since} on, the numbers are exact.
 */
final class LogMark {
    /** Two threads of the engine write to one log; they are never this many pieces apart. */
    private static final int REMEMBERED = 64;

    private final TreeMap<Instant, Integer> copied = new TreeMap<>();
    private long length;

    /** Of nothing yet. */
    LogMark() {}

    /** Bytes of the copy when this was so. */
    long length() {
        return length;
    }

    /** From when on it has to be asked for again; empty for all of it. */
    Optional<Instant> since() {
        return copied.isEmpty() ? Optional.empty() : Optional.of(copied.firstKey());
    }

    void copied(Instant time, long lengthNow) {
        copied.merge(time, 1, Integer::sum);
        if (copied.size() > REMEMBERED) {
            copied.pollFirstEntry();
        }
        length = lengthNow;
    }

    /** Tells, of an output that is read again from {@link #since} on, what was copied already. */
    Replay replay() {
        return new Replay(new HashMap<>(copied));
    }

    record Replay(Map<Instant, Integer> left) {
        /** To be asked once for each piece. */
        boolean knows(Instant time) {
            Integer more = left.get(time);
            if (more == null) {
                return false;
            }
            left.put(time, more == 1 ? null : more - 1);
            return true;
        }
    }

    /** A line for its length, then one for each time. */
    String text() {
        StringBuilder text = new StringBuilder().append(length).append('\n');
        copied.forEach(
                (time, count) -> text.append(time).append(' ').append(count).append('\n'));
        return text.toString();
    }

    /** Empty where it is torn. */
    static Optional<LogMark> parse(String text) {
        try {
            LogMark mark = new LogMark();
            String[] lines = text.split("\n");
            mark.length = Long.parseLong(lines[0]);
            for (int i = 1; i < lines.length; i++) {
                String[] words = lines[i].split(" ");
                mark.copied.put(Instant.parse(words[0]), Integer.valueOf(words[1]));
            }
            return Optional.of(mark);
        } catch (NumberFormatException | DateTimeException | ArrayIndexOutOfBoundsException torn) {
            return Optional.empty();
        }
    }
}
