package dev.berth.agent.host;

import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/** Which of the images that nobody needs goes next: each after a time, and sooner where there is little room. */
public final class UnneededImages {
    /** However little room there is: what somebody needed just now may be about to be used. */
    static final Duration LEAST = Duration.ofMinutes(10);

    private final Duration kept;
    private final Unused unused;
    private boolean makingRoom;

    /**
     * An image to remove.
     *
     * @param forRoom before its time
     */
    public record Due(String id, boolean forRoom) {}

    /** @param kept how long an image stays that nobody needs, where there is room; at least 10 min */
    public UnneededImages(Duration kept) {
        this.kept = kept.compareTo(LEAST) < 0 ? LEAST : kept;
        unused = new Unused(this.kept);
    }

    /**
     * The one that nobody has needed for longest, if its time is over. Where there is little room its time is 10 min, until
     * there is twice as much.
     *
     * @param skipped those that can't be removed now
     * @param now by a clock that never steps
     */
    public Optional<Due> next(
            Collection<String> present, Set<String> needed, Set<String> skipped, Room room, Duration now) {
        makingRoom = room.isLittle() || makingRoom && !room.isEnough();
        Optional<String> old = unused.over(present, needed, now).stream()
                .filter(id -> !skipped.contains(id))
                .findFirst();
        if (old.isPresent() || !makingRoom) {
            return old.map(id -> new Due(id, false));
        }
        return unused.over(present, needed, LEAST, now).stream()
                .filter(id -> !skipped.contains(id))
                .findFirst()
                .map(id -> new Due(id, true));
    }
}
