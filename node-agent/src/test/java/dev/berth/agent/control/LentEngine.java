package dev.berth.agent.control;

import dev.berth.agent.runtime.ContainerRuntime;
import dev.berth.agent.runtime.engine.Pull;
import dev.berth.agent.runtime.engine.PullMeter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** An engine that is there where the test says so. */
final class LentEngine implements ReachedEngine {
    static final String PINNED = "ghcr.io/acme/web@sha256:0a";
    static final String AWAY = "the engine at unix:///run/x.sock does not answer: start it";

    Host containers;
    volatile Optional<String> away = Optional.of(AWAY);
    final List<String> pulls = new CopyOnWriteArrayList<>();
    volatile Pull answer = new Pull.Pulled(PINNED);
    /** What comes of the pull of one name, in place of {@link #answer}. */
    final Map<String, Pull> answers = new ConcurrentHashMap<>();

    /** Its images: names by id. */
    final Map<String, Set<String>> has = new ConcurrentHashMap<>();

    final Set<String> used = ConcurrentHashMap.newKeySet();
    /** How often its images were looked at. */
    final AtomicInteger looks = new AtomicInteger();

    final List<String> removed = new CopyOnWriteArrayList<>();
    /** Why it removes none. */
    volatile Optional<String> keeps = Optional.empty();

    /** What happens while it pulls. */
    volatile Happening during = () -> {};

    /** What happens while it removes one. */
    volatile Happening removing = () -> {};

    /** What happens right after its images were looked at. */
    volatile Runnable looked = () -> {};

    interface Happening {
        void happen() throws IOException;
    }

    ReachedEngine reach() throws IOException {
        ask();
        return this;
    }

    @Override
    public ContainerRuntime runtime() {
        return containers;
    }

    @Override
    public String version() {
        return "Docker 20.10.24";
    }

    @Override
    public void ask() throws IOException {
        if (away.isPresent()) {
            throw new IOException(away.get());
        }
    }

    @Override
    public Pull pull(String name, Consumer<PullMeter.Progress> progress) {
        pulls.add(name);
        progress.accept(new PullMeter.Progress(3L << 20, 12L << 20));
        try {
            during.happen();
        } catch (IOException fault) {
            throw new java.io.UncheckedIOException(fault);
        }
        Pull pull = answers.getOrDefault(name, answer);
        if (pull instanceof Pull.Pulled it) {
            it.fetched().ifPresent(fetched -> has.put(fetched.id(), new TreeSet<>(List.of(name, it.pinned()))));
        }
        return pull;
    }

    @Override
    public Map<String, Set<String>> images() {
        looks.incrementAndGet();
        Map<String, Set<String>> now = Map.copyOf(has);
        looked.run();
        return now;
    }

    @Override
    public Set<String> usedImages() {
        return Set.copyOf(used);
    }

    @Override
    public void removeImage(String id, Set<String> names) throws IOException {
        if (keeps.isPresent()) {
            throw new IOException(keeps.get());
        }
        removing.happen();
        has.remove(id);
        removed.add(id);
    }

    @Override
    public Optional<Path> folder() {
        return Optional.empty();
    }
}
