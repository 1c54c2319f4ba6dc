package dev.berth.agent.control;

import dev.berth.agent.container.Address;
import dev.berth.agent.container.ContainerReconciler;
import dev.berth.agent.container.ContainerReconciler.Goal;
import dev.berth.agent.container.ContainerReconciler.Step;
import dev.berth.agent.container.ContainerRef;
import dev.berth.agent.container.ContainerSpec;
import dev.berth.agent.container.ContainerState;
import dev.berth.agent.container.Exit;
import dev.berth.agent.container.Sighting;
import dev.berth.agent.container.Wanted;
import dev.berth.agent.runtime.ContainerRuntime;
import dev.berth.agent.runtime.OutputFile;
import dev.berth.agent.runtime.engine.EngineAwayException;
import dev.berth.agent.store.Containers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jboss.logging.Logger;

/**
 * One container of this host: its life, from the order or its adoption to its end, on a thread of its own. What the
 * host or the engine refuses or delays is this container's reason, and nobody else's. The thread ends with the agent;
 * the container runs on.
 */
final class HostContainer {
    private static final Logger LOG = Logger.getLogger(HostContainer.class);
    /** Its end is told; this is for an end that nobody told. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(10);
    /** After what the host refused, or what had no effect. */
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private static final Duration LEARN_AGAIN = Duration.ofSeconds(10);
    private static final Duration SHORT_WAIT = Duration.ofSeconds(2);
    private static final int LAST_LINES = 10;
    private static final String FETCHED =
            "its spec and source are being fetched: the registry does not answer, or is slow";
    private static final String LOOKED_FOR = "its image is being looked for: the engine, or its registry, is slow";
    private static final String STARTED = "it is being started: this host, or its engine, is slow";

    private static final Runnable WAKE = () -> {};

    private final ContainerHost host;
    private final String id;
    private final Time time;
    /** By the steady clock: when it came to be held. */
    private final Duration since;

    private final BlockingQueue<Runnable> mailbox = new LinkedBlockingQueue<>();
    /** Where the order says that it is to listen; 0 where it does not. */
    private final int wantedPort;

    // Written by its own thread alone.
    private volatile ContainerRef ref;
    /** Unknown while it is prepared, and of one that was adopted where its file is lost. */
    private volatile ContainerSpec spec = ContainerSpec.unknown();

    private volatile ContainerState state;
    private volatile Instant startedAt;
    /** What it waits for before its start. */
    private volatile String waits = FETCHED;
    /** What this host refused for it, last; empty where all is well. */
    private volatile String trouble = "";

    private volatile boolean gone;

    private final ContainerImage image;

    // Its own thread's.
    /** Empty where the newest order does not name it. Before the first order it runs on. */
    private Optional<Goal> goal = Optional.of(Goal.RUN);
    /** Preparing, probing or learning. */
    private final Errand errand;

    /** Empty before its start, and for one that was found ready. */
    private Optional<Prober> prober = Optional.empty();
    /** Null while the spec is unknown. */
    private LogShipper shipper;
    /** Null before its start. */
    private ContainerRuntime runtime;

    private Optional<Exit> exit = Optional.empty();
    /** True until it was looked at for the first time after it was adopted. */
    private boolean wasAway;

    private Duration lookAt = Duration.ZERO;
    private boolean leaving;
    private final Thread thread;

    private HostContainer(ContainerHost host, ContainerRef ref, int wantedPort, Instant startedAt) {
        this.host = host;
        this.id = ref.id();
        this.ref = ref;
        this.wantedPort = wantedPort;
        this.startedAt = startedAt;
        time = host.time();
        since = time.now();
        image = new ContainerImage(host.drivers(), host.changed());
        errand = new Errand(id, fault -> mailbox.add(() -> failed(fault)));
        thread = Thread.ofVirtual().name("container-" + id).unstarted(this::live);
    }

    /** One that an order names, and that is not here. */
    static HostContainer ordered(ContainerHost host, Wanted order) {
        HostContainer container =
                new HostContainer(host, order.ref(), order.port(), host.time().onTheWall());
        container.goal = Optional.of(order.goal());
        order.image().ifPresent(container.image::pin);
        container.state = new ContainerState.Preparing();
        if (order.goal() != Goal.STOP && order.what() instanceof Wanted.What.Named what) {
            container.mailbox.add(() -> container.errand.go("prepare", () -> container.prepare(what.digest())));
        }
        return container;
    }

    /** One that the agent finds at its start. */
    static HostContainer adopted(ContainerHost host, ContainerRuntime runtime, ContainerRuntime.Known known) {
        Optional<Containers.Kept> kept = host.kept().find(known.id());
        Duration now = host.time().now();
        HostContainer container = new HostContainer(
                host,
                kept.map(Containers.Kept::ref).orElseGet(() -> ContainerRef.of(known.id())),
                known.address().port(),
                kept.map(Containers.Kept::startedAt).orElseGet(() -> host.time().onTheWall()));
        container.state = host.kept().wasReady(known.id())
                ? new ContainerState.Ready(now, known.address())
                : new ContainerState.Starting(now, known.address());
        container.runtime = runtime;
        container.wasAway = true;
        kept.flatMap(Containers.Kept::image).ifPresent(container.image::is);
        kept.ifPresent(it -> container.mailbox.add(() -> container.know(it.spec())));
        return container;
    }

    void begin() {
        thread.start();
    }

    /** What the newest order wants of it; empty where it does not name it. */
    void want(Optional<Wanted> order) {
        order.flatMap(Wanted::image).ifPresent(image::pin);
        mailbox.add(() -> {
            goal = order.map(Wanted::goal);
            if (isLost()
                    && errand.isOver()
                    && order.isPresent()
                    && order.get().what() instanceof Wanted.What.Named it) {
                errand.go("learn", () -> learn(order.get(), it.digest()));
            }
        });
    }

    /** Something may have happened to it. */
    void look() {
        mailbox.add(() -> lookAt = Duration.ZERO);
    }

    /** The agent ends: what is being done is done, and the container runs on. */
    void leave() {
        mailbox.add(() -> leaving = true);
    }

    /** @return false where it was not done by then */
    boolean left(Duration until) throws InterruptedException {
        return thread.join(until.minus(time.now()));
    }

    ContainerSpec spec() {
        return spec;
    }

    boolean isOver() {
        return state instanceof ContainerState.Ended;
    }

    boolean isOnEngine() {
        return spec.image().isPresent() && hasProcess();
    }

    /** Nothing is left of it. */
    boolean isGone() {
        return gone;
    }

    /** It runs, and nobody here knows what it is. */
    private boolean isLost() {
        return !spec.known() && !isOver() && !(state instanceof ContainerState.Preparing);
    }

    private boolean hasProcess() {
        return !isOver() && !(state instanceof ContainerState.Preparing);
    }

    /** As the scheduler is told of it. */
    Sighting sighting() {
        ContainerState seen = state;
        String reason =
                switch (seen) {
                    case ContainerState.Preparing preparing ->
                        time.now().compareTo(since.plus(SHORT_WAIT)) < 0 ? "" : waits();
                    case ContainerState.Ended ended -> ended.reason();
                    case ContainerState.Starting starting -> trouble;
                    case ContainerState.Ready ready -> trouble;
                    case ContainerState.Stopping stopping -> trouble;
                };
        return new Sighting(ref, seen, startedAt, reason, image.found());
    }

    private String waits() {
        String now = waits;
        return now.equals(LOOKED_FOR) && !image.waits().isEmpty() ? image.waits() : now;
    }

    private void live() {
        try {
            Duration next = time.now();
            while (!gone && !leaving) {
                Runnable first = time.poll(mailbox, next);
                next = time.now().plus(survive(first));
            }
        } catch (InterruptedException never) {
            LOG.debugf("%s is watched no more", id);
        } finally {
            errand.end();
        }
    }

    /** Whatever is thrown: one that nobody steps any more would be waited for for ever. */
    private Duration survive(Runnable first) {
        try {
            return pass(first);
        } catch (RuntimeException | Error fault) {
            lookAt = Duration.ZERO;
            broken(fault);
            return AGAIN;
        }
    }

    /**
     * Takes in what has come, does what is due, and gives how long it may wait for more.
     *
     * @param first null where nothing came
     */
    private Duration pass(Runnable first) {
        try {
            for (Runnable message = first; message != null; message = mailbox.poll()) {
                message.run();
            }
            Duration now = time.now();
            if (hasProcess() && now.compareTo(lookAt) >= 0) {
                exit = runtime.exit(id);
                lookAt = now.plus(LOOK_EVERY);
            }
            if (wasAway) {
                found();
            }
            step(now);
            Duration output = shipper == null ? LOOK_EVERY : shipper.ship(isOver(), now, time.onTheWall());
            if (isOver()) {
                step(now);
            }
            if (!trouble.isEmpty() && !isLost()) {
                trouble = "";
                host.changed().run();
            }
            return gone ? Duration.ZERO : shortest(output, pause(now));
        } catch (IOException | RuntimeException fault) {
            lookAt = Duration.ZERO;
            refused(fault);
            return AGAIN;
        }
    }

    private Duration pause(Duration now) {
        Duration look = hasProcess() ? lookAt.minus(now) : LOOK_EVERY;
        return switch (state) {
            case ContainerState.Starting starting ->
                shortest(look, starting.since().plus(spec.startupTimeout()).minus(now));
            case ContainerState.Stopping stopping ->
                shortest(
                        look,
                        stopping.killAt().compareTo(now) > 0 ? stopping.killAt().minus(now) : AGAIN);
            case ContainerState.Preparing preparing -> look;
            case ContainerState.Ready ready -> look;
            case ContainerState.Ended ended -> look;
        };
    }

    private static Duration shortest(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** Looked at for the first time: what happened while the agent was away is no fault of the container's. */
    private void found() throws IOException {
        wasAway = false;
        if (exit.isPresent()) {
            become(state.stopped("ended while the agent was away: " + exit.get().words()));
        } else if (state.address().equals(Address.NONE)) {
            become(state.failed("this host lost the port that it was given (its file "
                    + "\"port\" can't be read), so nothing can reach it: it was ended"));
            runtime.kill(id);
        }
        LOG.infof("adopted %s: %s", id, state);
    }

    private void step(Duration now) throws IOException {
        switch (ContainerReconciler.reconcile(spec, state, goal, exit, now)) {
            case Step.Nothing nothing -> {
                // Nothing to do.
            }
            case Step.Terminate terminate -> {
                runtime.terminate(id);
                become(state.stopping(now.plus(spec.stopGrace())));
            }
            case Step.Kill kill -> runtime.kill(id);
            case Step.End end -> end(end.ended());
            case Step.Forget forget -> {
                if (shipper == null || shipper.finish()) {
                    if (runtime != null) {
                        runtime.remove(id);
                    }
                    gone = true;
                    host.changed().run();
                }
            }
        }
    }

    private void become(ContainerState next) {
        state = next;
        host.changed().run();
        if (!(next instanceof ContainerState.Starting)) {
            errand.end();
        }
    }

    /** Its last words, while they are there; whatever it left behind ends with it. */
    private void end(ContainerState.Ended ended) {
        ContainerState.Ended last =
                withLastOutput(ended.how() == ContainerState.Ended.How.TIMED_OUT ? withWhatWasSeen(ended) : ended);
        try {
            if (runtime != null) {
                runtime.kill(id);
            }
        } catch (IOException fault) {
            LOG.warnf("%s: %s", id, words(fault));
        }
        become(last);
        LOG.infof("ended %s: %s", id, last.reason());
    }

    private ContainerState.Ended withWhatWasSeen(ContainerState.Ended late) {
        return prober.map(asked -> late.because(late.reason() + ": " + asked.seen()))
                .orElse(late);
    }

    /** What can't be read any more is no part of the reason, and keeps nothing from its end. */
    private ContainerState.Ended withLastOutput(ContainerState.Ended ended) {
        if (runtime == null || !ended.failed()) {
            return ended;
        }
        try {
            List<String> last = new OutputFile(runtime.output(id)).tail(LAST_LINES);
            return last.isEmpty()
                    ? ended
                    : ended.because(ended.reason() + "\nlast output:\n  " + String.join("\n  ", last));
        } catch (IOException fault) {
            LOG.warnf("the last output of %s can't be read: %s", id, words(fault));
            return ended;
        }
    }

    /**
     * What nobody foresaw left undone what nobody knows, so the container ends. One that serves is no worse for it: it
     * runs on, and is looked at again.
     */
    private void broken(Throwable fault) {
        String words = "an internal fault of this node's agent: " + fault;
        if (isOver() || state instanceof ContainerState.Ready && goal.equals(Optional.of(Goal.RUN))) {
            say(words, fault);
            return;
        }
        try {
            if (runtime != null) {
                runtime.kill(id);
            }
        } catch (IOException | RuntimeException | Error left) {
            LOG.warnf("%s: %s", id, left.toString());
            words += "; what runs of it can't be ended yet (" + left + ")";
        }
        become(state.failed(words));
        LOG.errorf(fault, "ended %s: %s", id, words);
    }

    private void refused(Exception fault) {
        say("this host refuses something: " + words(fault), fault);
    }

    /** It is said once; the container shows it until it is over. */
    private void say(String words, Throwable fault) {
        if (!words.equals(trouble)) {
            LOG.errorf(fault, "%s: %s", id, words);
            trouble = words;
            host.changed().run();
        }
    }

    private static String words(Throwable fault) {
        return fault.getMessage() != null && !(fault instanceof java.nio.file.FileSystemException)
                ? fault.getMessage()
                : fault.toString();
    }

    private void failed(Throwable fault) {
        if (fault instanceof Error
                && (state instanceof ContainerState.Preparing || state instanceof ContainerState.Starting)) {
            broken(fault);
        } else if (state instanceof ContainerState.Preparing preparing) {
            end(fault instanceof HopelessException ? preparing.hopeless(words(fault)) : preparing.failed(words(fault)));
        } else {
            LOG.debugf("%s: %s came too late to matter", id, words(fault));
        }
    }

    private void prepare(String digest) throws IOException, InterruptedException {
        ContainerSpec found = host.preparation().spec(digest);
        Optional<Path> source = host.preparation().source(found);
        waits = LOOKED_FOR;
        ContainerSpec pulled = found.image().isPresent()
                ? found.withImage(image.await(found.image().get().name()))
                : found;
        waits = STARTED;
        mailbox.add(() -> prepared(pulled, source));
    }

    private void prepared(ContainerSpec found, Optional<Path> source) {
        if (state instanceof ContainerState.Preparing preparing && goal.equals(Optional.of(Goal.FETCH))) {
            end(preparing.stopped("what it needs is here"));
        } else {
            launch(found, source, time.now().plus(found.startupTimeout()));
        }
    }

    /** @param until so long it is tried again where the engine is away */
    private void launch(ContainerSpec found, Optional<Path> source, Duration until) {
        if (!(state instanceof ContainerState.Preparing preparing) || !goal.equals(Optional.of(Goal.RUN))) {
            return;
        }
        try {
            if (runtime != null) {
                // What the last try left there has its name.
                runtime.remove(id);
            }
            startedAt = time.onTheWall();
            host.kept().keep(ref, found.digest(), startedAt, image.found());
            runtime = host.drivers().of(found);
            Address address = runtime.start(new ContainerRuntime.Launch(
                    ref,
                    found,
                    wantedPort != 0 ? wantedPort : found.port(),
                    host.keptPlaces().get(),
                    source));
            keepAddress(found, address);
            become(preparing.started(time.now(), address));
            LOG.infof(
                    "started %s: %s/%s v%d %s at %s",
                    id, ref.environment(), ref.app(), ref.version(), ref.function(), address);
            know(found);
        } catch (EngineAwayException away) {
            if (time.now().compareTo(until) < 0) {
                // No fault of the container's: it waits until what it needs is back.
                waits = "it can't be started yet, and is tried again: " + words(away);
                host.changed().run();
                errand.go("start", () -> {
                    Thread.sleep(AGAIN);
                    mailbox.add(() -> launch(found, source, until));
                });
            } else {
                end(preparing.failed("could not be started: " + words(away)));
            }
        } catch (IOException | RuntimeException fault) {
            end(preparing.failed("could not be started: " + words(fault)));
        }
    }

    /** An engine that is away at the agent's next start can't say it. */
    private void keepAddress(ContainerSpec its, Address address) throws IOException {
        if (its.image().isPresent() && !address.equals(Address.NONE)) {
            host.kept().markStarted(id, address);
        }
    }

    /** What it runs is known: what had to wait for that goes on. */
    private void know(ContainerSpec known) {
        spec = known;
        shipper = new LogShipper(host.outgoing(), ref, runtime.output(id), () -> mailbox.add(WAKE));
        if (state instanceof ContainerState.Starting starting) {
            Prober asking = new Prober(runtime, host.probeTimeout(), id, starting.address(), known);
            prober = Optional.of(asking);
            errand.go("probe", () -> {
                asking.awaitReady();
                mailbox.add(this::ready);
            });
        }
    }

    /** One that was adopted without its spec gets it from an order that names it. */
    private void learn(Wanted order, String digest) throws InterruptedException {
        while (true) {
            try {
                ContainerSpec learned = host.preparation().spec(digest);
                host.kept().keep(order.ref(), learned.digest(), startedAt, order.image());
                keepAddress(learned, state.address());
                mailbox.add(() -> {
                    if (isLost()) {
                        ref = order.ref();
                        order.image().ifPresent(image::is);
                        know(learned);
                        host.changed().run();
                    }
                });
                return;
            } catch (IOException | RuntimeException fault) {
                mailbox.add(() -> {
                    if (isLost()) {
                        refused(fault);
                    }
                });
                Thread.sleep(LEARN_AGAIN);
            }
        }
    }

    private void ready() {
        if (!(state instanceof ContainerState.Starting starting)) {
            return;
        }
        try {
            exit = runtime.exit(id);
            // Another process may have answered on the port of one that has already ended.
            if (exit.isPresent()) {
                return;
            }
            host.kept().markReady(id);
        } catch (IOException fault) {
            LOG.warnf(
                    "%s is ready, but that can't be noted (%s): a restarted agent will probe it again",
                    id, fault.toString());
        }
        become(starting.ready());
    }
}
