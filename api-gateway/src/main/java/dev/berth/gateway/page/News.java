package dev.berth.gateway.page;

import dev.berth.gateway.status.Change;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What one stream has not said yet. Things that change often are said once each tick; a reader that is slow is told later,
 * and no more is kept for it than the names of things. Thread-safe.
 */
final class News implements Consumer<Collection<Change>> {
    static final long MILLIS = 250;
    /** A reader that is gone is noticed by this; and whatever lies between takes a quiet stream for a dead one. */
    private static final int QUIET_TICKS = 60;
    /** Where more things changed than these, everything did. */
    private static final int MOST = 200;

    static final String ALL = "all";

    private final Consumer<String> say;
    private final Runnable breathe;
    private final BooleanSupplier wanted;
    private final BooleanSupplier silent;
    private final Set<Change> changed = new LinkedHashSet<>();
    private boolean all = true;
    private boolean wasSilent;
    private int quiet;

    /**
     * @param wanted whether the reader takes more
     * @param silent whether the scheduler is not heard
     */
    News(Consumer<String> say, Runnable breathe, BooleanSupplier wanted, BooleanSupplier silent) {
        this.say = say;
        this.breathe = breathe;
        this.wanted = wanted;
        this.silent = silent;
    }

    @Override
    public synchronized void accept(Collection<Change> changes) {
        changed.addAll(changes);
        if (changed.size() > MOST) {
            all = true;
            changed.clear();
        }
    }

    /** Says what there is to say. The first time that is everything: who listens may have missed something before. */
    synchronized void tick() {
        if (silent.getAsBoolean() != wasSilent) {
            wasSilent = !wasSilent;
            all = true;
        }
        quiet++;
        if (!wanted.getAsBoolean()) {
            return;
        }
        if (all) {
            say.accept(ALL);
        } else if (!changed.isEmpty()) {
            say.accept(String.join(" ", changed.stream().map(Topics::of).toList()));
        } else if (quiet >= QUIET_TICKS) {
            breathe.run();
        } else {
            return;
        }
        quiet = 0;
        all = false;
        changed.clear();
    }
}
