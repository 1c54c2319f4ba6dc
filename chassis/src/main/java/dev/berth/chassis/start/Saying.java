package dev.berth.chassis.start;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jboss.logging.Logger;

/** What keeps something from going on: said when it is new, not at each try, and not as often as reasons come and go. */
public final class Saying {
    private static final Duration AGAIN = Duration.ofMinutes(1);

    private final Logger log;
    private final Map<String, Long> saidAt = new HashMap<>();
    private String last = "";

    /** @param log of the room that tries */
    public Saying(Logger log) {
        this.log = log;
    }

    public synchronized void say(String sentence) {
        long now = System.nanoTime();
        Long before = saidAt.get(sentence);
        if (before == null || !sentence.equals(last) && now - before > AGAIN.toNanos()) {
            saidAt.put(sentence, now);
            log.warn(sentence);
        }
        last = sentence;
    }

    /** It went on: the same would be news again. */
    public synchronized void over() {
        saidAt.clear();
        last = "";
    }
}
