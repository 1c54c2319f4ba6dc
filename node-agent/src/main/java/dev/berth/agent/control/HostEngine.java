package dev.berth.agent.control;

import dev.berth.agent.container.Address;
import dev.berth.agent.container.Driver;
import dev.berth.agent.container.Exit;
import dev.berth.agent.container.NodeCondition;
import dev.berth.agent.runtime.ContainerRuntime;
import dev.berth.agent.runtime.engine.EngineAwayException;
import dev.berth.agent.runtime.engine.Pull;
import dev.berth.agent.runtime.engine.PullMeter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * The engine of this host, which may come and go: looked for on a thread of its own, so that one that hangs hangs
 * nothing else. While it is away, what it runs counts as running.
 */
final class HostEngine implements ContainerRuntime {
    private static final Logger LOG = Logger.getLogger(HostEngine.class);
    private static final Duration EVERY = Duration.ofSeconds(2);
    /** A container may wait so long for the first look. */
    private static final Duration FIRST_LOOK_WITHIN = Duration.ofSeconds(3);

    private final Callable<ReachedEngine> door;
    private final Path state;
    private final HostImages images;
    private final Runnable changed;
    private volatile Optional<ReachedEngine> reached = Optional.empty();
    /** Why it does not answer now; empty where it does. */
    private volatile String away = "the container engine has not answered since this agent's start";

    private volatile Optional<Path> folder = Optional.empty();

    private final CountDownLatch lookedFor = new CountDownLatch(1);

    private volatile Consumer<String> ended = id -> {};

    /**
     * @param door reaches it; throws where there is none now
     * @param state the agent's own folder
     * @param images those that this agent pulled
     * @param changed told from another thread when it has come or gone
     */
    HostEngine(Callable<ReachedEngine> door, Path state, HostImages images, Runnable changed) {
        this.door = door;
        this.state = state;
        this.images = images;
        this.changed = changed;
    }

    /** @param found told once, what it runs for this agent */
    void begin(Consumer<List<Known>> found) {
        Thread.ofVirtual().name("engine-watch").start(() -> {
            try {
                while (true) {
                    look(found);
                    Thread.sleep(EVERY);
                }
            } catch (InterruptedException never) {
                Thread.currentThread().interrupt();
            }
        });
    }

    void look(Consumer<List<Known>> found) {
        String before = away;
        try {
            if (reached.isEmpty()) {
                ReachedEngine engine = door.call();
                engine.runtime().watch(ended);
                found.accept(engine.runtime().list());
                reached = Optional.of(engine);
                folder = engine.folder();
                LOG.infof("containers of images run on %s", engine.version());
            } else {
                reached.get().ask();
                if (!before.isEmpty()) {
                    LOG.infof("%s is back", reached.get().version());
                    folder = reached.get().folder();
                }
            }
            away = "";
        } catch (Exception fault) {
            away = fault.getMessage() == null ? fault.toString() : fault.getMessage();
            if (reached.isPresent() && before.isEmpty()) {
                LOG.warn(away);
            }
        }
        lookedFor.countDown();
        if (!away.equals(before)) {
            changed.run();
        }
    }

    /** Empty while nothing new can be started on it. */
    Optional<Driver> driver() {
        return away.isEmpty() ? reached.map(engine -> Driver.engine(engine.version())) : Optional.empty();
    }

    /** @param inUse this host has containers of it */
    Optional<NodeCondition> condition(boolean inUse) {
        return away.isEmpty() || reached.isEmpty() && !inUse
                ? Optional.empty()
                : Optional.of(new NodeCondition(NodeCondition.Kind.ENGINE, away));
    }

    Pull pull(String image, Consumer<PullMeter.Progress> progress) {
        awaitFirstLook();
        return reached.map(engine -> images.pull(engine, image, progress))
                .orElseGet(() -> new Pull.Interrupted("image " + image + " can't be pulled: " + away));
    }

    /** Where its data is, as of when it came last; empty where that is not a folder of this host. */
    Optional<Path> folder() {
        return folder;
    }

    /** Keys of the images that this agent pulled. */
    Set<Long> images() {
        return images.keys();
    }

    /** As {@link HostImages#collect}, on a thread of its own. */
    void collect(Set<Long> unneeded, Set<String> ordered) {
        if (away.isEmpty()) {
            reached.ifPresent(engine -> images.begin(engine, unneeded, ordered));
        }
    }

    private void awaitFirstLook() {
        try {
            if (!lookedFor.await(FIRST_LOOK_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.debug("the engine is slow to answer");
            }
        } catch (InterruptedException leaving) {
            Thread.currentThread().interrupt();
        }
    }

    private ContainerRuntime engine() throws IOException {
        awaitFirstLook();
        return reached.map(ReachedEngine::runtime).orElseThrow(() -> new EngineAwayException(away));
    }

    @Override
    public void watch(Consumer<String> told) {
        ended = told;
    }

    @Override
    public List<Known> list() throws IOException {
        return engine().list();
    }

    @Override
    public Address start(Launch launch) throws IOException {
        return engine().start(launch);
    }

    @Override
    public Optional<Exit> exit(String id) throws IOException {
        return engine().exit(id);
    }

    @Override
    public Listening listening(String id) throws IOException {
        return engine().listening(id);
    }

    @Override
    public void terminate(String id) throws IOException {
        engine().terminate(id);
    }

    @Override
    public void kill(String id) throws IOException {
        engine().kill(id);
    }

    @Override
    public Path output(String id) {
        return dev.berth.agent.runtime.engine.DockerRuntime.output(state, id);
    }

    @Override
    public void remove(String id) throws IOException {
        engine().remove(id);
    }
}
