package dev.berth.agent.control;

import dev.berth.agent.runtime.engine.Pull;
import dev.berth.agent.runtime.engine.PullMeter;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Which image one container is made of. Its name may mean another one tomorrow, and on another node: what it means for
 * the container's version, the scheduler says, once any node has found it out.
 */
final class ContainerImage {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final long MEBIBYTE = 1L << 20;

    private final Drivers drivers;
    private final Runnable changed;
    /** By the scheduler. Its first word is its last. */
    private final CompletableFuture<String> pinned = new CompletableFuture<>();

    private volatile Optional<String> found = Optional.empty();
    private volatile String waits = "";

    /** @param changed told from another thread when there is something new to say */
    ContainerImage(Drivers drivers, Runnable changed) {
        this.drivers = drivers;
        this.changed = changed;
    }

    /** An order says which it is to be. */
    void pin(String image) {
        pinned.complete(image);
    }

    /** It is made of this one. */
    void is(String image) {
        found = Optional.of(image);
    }

    /** Which one it is made of, or is to be; empty while that is not known. */
    Optional<String> found() {
        return found;
    }

    /** What its start waits for; may be empty. */
    String waits() {
        return waits;
    }

    /**
     * Waits until the image that an order names is here, and gives that. What may work later is tried again until nobody
     * wants it.
     *
     * @param name as the manifest has it
     * @throws HopelessException where it can't be had
     */
    String await(String name) throws IOException, InterruptedException {
        Duration pause = FIRST_PAUSE;
        while (true) {
            Optional<String> wanted = pinned();
            String asked = wanted.orElse(name);
            // Told with the next report, once a second: it changes a hundred times as often.
            switch (drivers.pull(asked, far -> waits = "pulling image " + asked + words(far))) {
                case Pull.Pulled there -> {
                    is(wanted.orElse(there.pinned()));
                    say("image " + name + " is here; the scheduler has not noted yet that it is " + found.get());
                    String image = awaitPinned();
                    if (found.equals(Optional.of(image))) {
                        return image;
                    }
                    pause = Duration.ZERO;
                }
                case Pull.Refused never -> {
                    if (wanted.equals(pinned())) {
                        throw new HopelessException(never.reason());
                    }
                    pause = Duration.ZERO;
                }
                case Pull.Interrupted now -> say(now.reason() + "; it is tried again");
            }
            Thread.sleep(pause);
            pause = longer(pause);
        }
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.isZero() ? FIRST_PAUSE : pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }

    private Optional<String> pinned() {
        return Optional.ofNullable(pinned.getNow(null));
    }

    private String awaitPinned() throws InterruptedException {
        try {
            return pinned.get();
        } catch (ExecutionException never) {
            throw new IllegalStateException(never);
        }
    }

    private void say(String what) {
        waits = what;
        changed.run();
    }

    private static String words(PullMeter.Progress far) {
        return far.total() == 0 ? "" : ": " + far.done() / MEBIBYTE + " of " + far.total() / MEBIBYTE + " MiB";
    }
}
