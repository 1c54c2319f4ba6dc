package dev.berth.agent.control;

import dev.berth.agent.host.Room;
import dev.berth.agent.host.UnneededImages;
import dev.berth.agent.runtime.DiskSpace;
import dev.berth.agent.runtime.engine.Images;
import dev.berth.agent.runtime.engine.Pull;
import dev.berth.agent.runtime.engine.PullMeter;
import dev.berth.agent.store.PulledImages;
import dev.berth.protocol.name.ImageKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * The images that this agent pulled. Those that its scheduler says no app needs are removed after a time; what the engine
 * had before, what has a name that somebody else gave it, and what any container is made of stays.
 */
final class HostImages {
    private static final Logger LOG = Logger.getLogger(HostImages.class);

    private final PulledImages file;
    private final DiskSpace ownDisk;
    private final UnneededImages decision;
    private final Time time;
    private final AtomicBoolean collecting = new AtomicBoolean();
    /** Names that are being pulled. */
    private final List<String> pulling = new CopyOnWriteArrayList<>();
    /** Why the engine keeps some, as it was last said. */
    private final Map<String, String> refused = new HashMap<>();

    // Guarded by this object, which nobody holds while an engine is asked.
    private final Map<String, Set<String>> pulled;
    /** What was pulled since the last decision: its start may be next. */
    private final Set<Long> fresh = new HashSet<>();
    /** The id of the one that is being removed. */
    private Optional<String> leaving = Optional.empty();

    private volatile Set<Long> keys;

    /**
     * @param state the agent's own folder
     * @param kept how long an image stays that nobody needs
     */
    HostImages(Path state, Duration kept, Time time) {
        file = new PulledImages(state);
        ownDisk = new DiskSpace(state);
        decision = new UnneededImages(kept);
        this.time = time;
        pulled = file.read();
        keys = keysOf(pulled.values());
    }

    /** Of all of them. */
    Set<Long> keys() {
        return keys;
    }

    private static Set<Long> keysOf(Collection<Set<String>> images) {
        return images.stream().flatMap(names -> keys(names).stream()).collect(Collectors.toUnmodifiableSet());
    }

    private static Set<Long> keys(Set<String> names) {
        return names.stream()
                .filter(name -> name.contains("@") || name.startsWith("sha256:"))
                .map(ImageKey::of)
                .collect(Collectors.toSet());
    }

    /** Blocks. Where it may end with an image that is being removed, it begins after that. */
    Pull pull(ReachedEngine engine, String name, Consumer<PullMeter.Progress> progress) {
        try {
            begin(name);
        } catch (InterruptedException unneeded) {
            Thread.currentThread().interrupt();
            return new Pull.Interrupted("image " + name + " is not pulled: nobody waits for it any more");
        }
        Optional<Pull.Pulled> there = Optional.empty();
        try {
            Pull pull = engine.pull(name, progress);
            there = pull instanceof Pull.Pulled it ? Optional.of(it) : Optional.empty();
            return pull;
        } finally {
            ended(name, there);
        }
    }

    private synchronized void begin(String name) throws InterruptedException {
        while (leaving.isPresent()
                && (name.equals(leaving.get()) || mayBe(name, pulled.getOrDefault(leaving.get(), Set.of())))) {
            wait();
        }
        pulling.add(name);
    }

    private synchronized void ended(String name, Optional<Pull.Pulled> there) {
        pulling.remove(name);
        if (there.isEmpty()) {
            return;
        }
        String pinned = there.get().pinned();
        fresh.add(ImageKey.of(pinned));
        there.get().fetched().ifPresent(fetched -> {
            if (fetched.isNew() || pulled.containsKey(fetched.id())) {
                Set<String> names = pulled.computeIfAbsent(fetched.id(), id -> new TreeSet<>());
                if (names.addAll(List.of(Images.whole(pinned), Images.whole(name)))) {
                    note();
                }
            }
        });
    }

    /** What can't be noted is not the agent's after its next start, and stays. */
    private void note() {
        keys = keysOf(pulled.values());
        try {
            file.write(pulled);
        } catch (IOException full) {
            LOG.warnf("which images this agent pulled can't be noted: %s", full.toString());
        }
    }

    /** Collects on a thread of its own, unless it does so already. */
    void begin(ReachedEngine engine, Set<Long> unneeded, Set<String> ordered) {
        if (collecting.compareAndSet(false, true)) {
            Thread.ofVirtual().name("images").start(() -> {
                try {
                    collect(engine, unneeded, ordered);
                } catch (IOException | RuntimeException fault) {
                    LOG.warnf("images that nobody needs can't be looked for now: %s", fault.getMessage());
                } finally {
                    collecting.set(false);
                }
            });
        }
    }

    /**
     * Removes those whose time is over, one after the other.
     *
     * @param unneeded keys of those that no app needs, as the newest order says
     * @param ordered those of the containers that this node has or is to have
     */
    void collect(ReachedEngine engine, Set<Long> unneeded, Set<String> ordered) throws IOException {
        Set<Long> needed = ordered.stream().map(ImageKey::of).collect(Collectors.toSet());
        DiskSpace disk = engine.folder().map(DiskSpace::new).orElse(ownDisk);
        Set<String> skipped = new HashSet<>();
        while (removeOne(engine, unneeded, needed, skipped, disk)) {
            LOG.debugf("%s stay for now", skipped);
        }
    }

    /** False where there is nothing more to remove. */
    private boolean removeOne(
            ReachedEngine engine, Set<Long> unneeded, Set<Long> needed, Set<String> skipped, DiskSpace disk)
            throws IOException {
        Set<String> known = known();
        Map<String, Set<String>> here = engine.images();
        Set<String> used = engine.usedImages();
        Room room = disk.room();
        UnneededImages.Due next;
        Set<String> names;
        synchronized (this) {
            forget(known.stream().filter(id -> !here.containsKey(id)).toList());
            Set<String> stay = pulled.entrySet().stream()
                    .filter(image -> {
                        Set<Long> own = keys(image.getValue());
                        // One that is not here was pulled meanwhile.
                        return !here.containsKey(image.getKey())
                                || used.contains(image.getKey())
                                || !unneeded.containsAll(own)
                                || own.isEmpty()
                                || Stream.concat(needed.stream(), fresh.stream())
                                        .anyMatch(own::contains)
                                || isPulled(image.getValue())
                                || hasOtherNames(image.getValue(), here.get(image.getKey()));
                    })
                    .map(Map.Entry::getKey)
                    .collect(Collectors.toSet());
            fresh.clear();
            Optional<UnneededImages.Due> due = decision.next(pulled.keySet(), stay, skipped, room, time.now());
            if (due.isEmpty()) {
                return false;
            }
            next = due.get();
            names = Set.copyOf(pulled.get(next.id()));
            leaving = Optional.of(next.id());
        }
        try {
            remove(engine, next, names, here.get(next.id()), skipped, room);
        } finally {
            left();
        }
        return true;
    }

    /** Somebody else gave it one. */
    private static boolean hasOtherNames(Set<String> own, Set<String> all) {
        return !all.stream().map(Images::whole).allMatch(own::contains);
    }

    /** A pull under way may end with it. */
    private boolean isPulled(Set<String> names) {
        return pulling.stream().anyMatch(name -> mayBe(name, names));
    }

    /** A name of the same repository may mean it. */
    private static boolean mayBe(String name, Set<String> names) {
        return names.stream().map(Images::repository).anyMatch(Images.repository(name)::equals);
    }

    private synchronized Set<String> known() {
        return Set.copyOf(pulled.keySet());
    }

    /** Somebody else removed them: who pulls them next may be somebody else as well. */
    private void forget(List<String> gone) {
        if (pulled.keySet().removeAll(gone)) {
            note();
        }
        refused.keySet().removeAll(gone);
    }

    boolean isCollecting() {
        return collecting.get();
    }

    private void remove(
            ReachedEngine engine,
            UnneededImages.Due image,
            Set<String> names,
            Set<String> all,
            Set<String> skipped,
            Room room) {
        String what = image.id() + " (" + String.join(", ", new TreeSet<>(names)) + ")";
        try {
            engine.removeImage(image.id(), all);
            LOG.infof(
                    "removed image %s: no app needs it any more%s",
                    what,
                    image.forRoom()
                            ? ", and " + DiskSpace.words(room.free()) + " of " + DiskSpace.words(room.total())
                                    + " were free"
                            : "");
            removed(image.id(), names);
        } catch (IOException kept) {
            skipped.add(image.id());
            if (!kept.getMessage().equals(refused.put(image.id(), kept.getMessage()))) {
                LOG.warnf(
                        "image %s is needed no more and can't be removed; it is tried again: %s",
                        what, kept.getMessage());
            }
        }
    }

    /** One that a pull from elsewhere ended with meanwhile may be here again. */
    private synchronized void removed(String id, Set<String> names) {
        if (pulled.remove(id, names)) {
            note();
        }
    }

    private synchronized void left() {
        leaving = Optional.empty();
        notifyAll();
    }
}
