package dev.berth.agent.control;

import dev.berth.agent.runtime.ContainerRuntime;
import dev.berth.agent.runtime.engine.Pull;
import dev.berth.agent.runtime.engine.PullMeter;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
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
        return answers.getOrDefault(name, answer);
    }
}
