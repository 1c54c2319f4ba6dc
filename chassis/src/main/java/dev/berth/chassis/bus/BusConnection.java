package dev.berth.chassis.bus;

import dev.berth.chassis.start.Refusal;
import dev.berth.chassis.start.Saying;
import dev.berth.protocol.bus.Permissions;
import dev.berth.protocol.bus.Subjects;
import dev.berth.protocol.given.GivenNats;
import dev.berth.protocol.given.Problem;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.Consumer;
import io.nats.client.Dispatcher;
import io.nats.client.ErrorListener;
import io.nats.client.JetStreamApiException;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * One connection to NATS per service. It connects in the background and for ever: a service starts and works without
 * its bus. But what is wrong with the server at the start and lasts (a refused password, another part of this one's name)
 * ends the service, before it has done anything. After each connection, who owns the streams makes them where they are missing (a wiped server); the last
 * values are replayed to the subscriptions, and {@link BusConnected} is fired so that owners publish what they hold.
 */
@ApplicationScoped
public class BusConnection {
    private static final Logger LOG = Logger.getLogger(BusConnection.class);
    private static final Duration AGAIN = Duration.ofMillis(300);
    /** How long a start waits to hear whether it may go on: a silent server counts as one that is away. */
    private static final Duration START = Duration.ofSeconds(5);

    private static final Duration NAME_AGAIN = Duration.ofSeconds(10);
    /** Not enabled on the server, or not for this account. */
    private static final Set<Integer> WITHOUT_JETSTREAM = Set.of(10039, 10076);
    /** After the channels are open, and before the service's own observers. */
    private static final int BEFORE_OTHERS = jakarta.interceptor.Interceptor.Priority.LIBRARY_BEFORE + 500;

    /** How long an end waits for what is being taken in. */
    private static final Duration IN_HAND = Duration.ofSeconds(2);

    /** Takes messages in, on a thread of its own. */
    interface Receiver {
        /** @param done to be run once, when the message has been dealt with, well or not */
        void take(BusMessage message, Runnable done);
    }

    private record Subscription(String subject, Receiver receiver) {}

    private final Event<BusConnected> connected;
    private final ScheduledExecutorService worker = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("berth-bus").factory());
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    /** The worker's own: what is subscribed, and by which connection. */
    private final Set<Subscription> heard = new HashSet<>();

    private Connection heardBy;
    private final Permissions permissions;
    private final GivenNats server;
    private final Optional<PartName> name;
    private final Saying saying = new Saying(LOG);
    /** Whether this part may begin: with a sentence where it may not, empty where it may. */
    private final CompletableFuture<Optional<String>> begun = new CompletableFuture<>();

    private final Supplier<Options> options;
    private boolean opened;
    private volatile boolean closing;
    /** A permit is held for each message that has been handed on and not been dealt with. */
    private final Semaphore inHand = new Semaphore(Integer.MAX_VALUE);

    /** What NATS gave last, which may not be set up yet. */
    private volatile Connection newest;

    private volatile Connection connection;

    BusConnection(
            Event<BusConnected> connected,
            @ConfigProperty(name = "berth.nats.url", defaultValue = "nats://127.0.0.1:4222") String url,
            @ConfigProperty(name = "berth.nats.user", defaultValue = "berth") String user,
            @ConfigProperty(name = "berth.nats.password", defaultValue = "berth") String password,
            @ConfigProperty(name = "quarkus.application.name") String module,
            @ConfigProperty(name = "berth.node.name") Optional<String> node,
            @ConfigProperty(name = "berth.gateway.name") Optional<String> gateway) {
        this.connected = connected;
        permissions = Permissions.of(module, node.orElse(""));
        server = new GivenNats(url);
        name = node.map(it -> PartName.agent(it, this::refuse))
                .or(() -> gateway.map(it -> PartName.gateway(it, this::refuse)));
        options = () -> options(url, user, password);
    }

    private Options options(String url, String user, String password) {
        Options.Builder builder = Options.builder()
                .server(url)
                .connectionName(permissions.part())
                .inboxPrefix(permissions.inbox())
                .maxReconnects(-1)
                .reconnectWait(Duration.ofMillis(200))
                .reconnectJitter(Duration.ofMillis(100))
                .connectionTimeout(Duration.ofSeconds(2))
                .pingInterval(Duration.ofSeconds(2))
                .maxPingsOut(2)
                // What is said while the server is away is said again when it is back; a stale copy would only be
                // noise.
                .reconnectBufferSize(0)
                .connectionListener((source, event) -> changed(source, event))
                .errorListener(new ErrorListener() {
                    @Override
                    public void errorOccurred(Connection source, String error) {
                        if (source.getStatus() == Connection.Status.CONNECTED) {
                            LOG.warnf("NATS refused: %s", error);
                        } else {
                            server.refusal(error).ifPresent(BusConnection.this::goesOn);
                        }
                    }

                    @Override
                    public void exceptionOccurred(Connection source, Exception fault) {
                        LOG.debugf("NATS: %s", fault.toString());
                    }

                    @Override
                    public void slowConsumerDetected(Connection source, Consumer consumer) {
                        LOG.warn("NATS: this service is too slow to read its messages");
                    }
                });
        if (!url.contains("@")) {
            builder.userInfo(user, password);
        }
        if (name.isPresent()) {
            builder.noEcho();
        }
        return builder.build();
    }

    /** Before anything of the service works: whoever has its name, or a bus that can't be used, ends it. */
    void begin(@Observes @Priority(BEFORE_OTHERS) StartupEvent event) throws InterruptedException {
        Optional<String> refused = Optional.empty();
        synchronized (this) {
            if (!opened) {
                return;
            }
        }
        try {
            refused = begun.get(START.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException away) {
            beginWithout();
        }
        if (refused.isPresent()) {
            throw Refusal.atStart(refused.get());
        }
    }

    /** The service begins while the bus is away: what it hears later finds it at work. */
    private void beginWithout() {
        name.ifPresent(PartName::take);
        begun.complete(Optional.empty());
    }

    /** At the start it does not begin; later it ends in order. */
    private void refuse(String sentence) {
        if (!begun.complete(Optional.of(sentence))) {
            Refusal.later(sentence);
        }
    }

    /** Starts connecting in the background; does nothing when that has been done. */
    synchronized void open() {
        if (opened) {
            return;
        }
        opened = true;
        connectAgain();
        name.ifPresent(it -> worker.scheduleWithFixedDelay(
                () -> repeat(it), NAME_AGAIN.toMillis(), NAME_AGAIN.toMillis(), TimeUnit.MILLISECONDS));
    }

    private void connectAgain() {
        Thread.ofPlatform().daemon().name("berth-bus-connect").start(this::connect);
    }

    /** Until there is a connection; from then on it is NATS' client that connects anew. */
    private void connect() {
        while (!closing) {
            try {
                Nats.connect(options.get());
                return;
            } catch (IOException | IllegalArgumentException fault) {
                if (!goesOn(server.problem(fault))) {
                    return;
                }
                pause();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** What lasts ends a service that has not begun; all else is said, and tried again. */
    private boolean goesOn(Problem problem) {
        if (begun.isDone() && begun.join().isPresent()) {
            return false;
        }
        if (problem.lasting() && begun.complete(Optional.of(problem.sentence()))) {
            return false;
        }
        saying.say(problem.sentence() + "; this service goes on without, and tries again");
        if (!begun.isDone()) {
            beginWithout();
        }
        return true;
    }

    private void repeat(PartName part) {
        try {
            Connection now = connection;
            if (now != null && now.getStatus() == Connection.Status.CONNECTED) {
                part.repeat(now);
            }
        } catch (IllegalStateException away) {
            LOG.debugf("NATS: %s", away.getMessage());
        }
    }

    /** True while messages can be sent. */
    public boolean isConnected() {
        Connection now = connection;
        return now != null && now.getStatus() == Connection.Status.CONNECTED;
    }

    private void changed(Connection source, ConnectionListener.Events event) {
        switch (event) {
            case CONNECTED, RECONNECTED -> {
                newest = source;
                worker.execute(() -> setUp(source));
            }
            case DISCONNECTED -> {
                if (source == newest && !closing) {
                    saying.say("NATS connection lost; reconnecting");
                } else if (newest == null
                        && server.refusal(source.getLastError()).isEmpty()) {
                    // Its client takes some seconds more before it says so.
                    goesOn(server.problem(new IOException("no connection")));
                }
            }
            case CLOSED -> {
                // NATS' client gives up where the password is refused twice; but whoever changed it may change it back.
                if (source == newest && !closing) {
                    connectAgain();
                }
            }
            default -> LOG.debugf("NATS connection: %s", event);
        }
    }

    private void setUp(Connection source) {
        try {
            Optional<Problem> problem = server.look(source);
            if (problem.isPresent()) {
                unfit(source, problem.get());
                return;
            }
            if (name.isPresent()) {
                name.get().ask(source);
            }
            if (permissions.ownsStreams()) {
                BusStreams.ensure(source);
            }
            connection = source;
            for (Subscription subscription : subscriptions) {
                listen(source, subscription);
            }
            LOG.infof("NATS connected: %s", server);
            saying.over();
            begun.complete(Optional.empty());
            connected.fire(new BusConnected());
        } catch (NameTakenException taken) {
            LOG.debugf("not begun: %s", taken.getMessage());
        } catch (JetStreamApiException fault) {
            if (WITHOUT_JETSTREAM.contains(fault.getApiErrorCode())) {
                unfit(source, server.problem(fault));
            } else {
                setUpAgain(source, fault);
            }
        } catch (IOException | IllegalStateException fault) {
            setUpAgain(source, fault);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void unfit(Connection source, Problem problem) {
        if (goesOn(problem)) {
            again(source);
        }
    }

    private void setUpAgain(Connection source, Exception fault) {
        saying.say("NATS set-up failed, trying again: " + fault.getMessage());
        again(source);
    }

    /** Where it is lost by now, its reconnection begins anew. */
    private void again(Connection source) {
        if (source.getStatus() == Connection.Status.CONNECTED && !closing) {
            worker.schedule(() -> setUp(source), AGAIN.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(AGAIN);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    void subscribe(String subject, Receiver receiver) {
        Subscription subscription = new Subscription(subject, receiver);
        worker.execute(() -> {
            subscriptions.add(subscription);
            Connection now = connection;
            if (now != null) {
                try {
                    listen(now, subscription);
                } catch (IOException | JetStreamApiException | IllegalStateException fault) {
                    LOG.debugf("will be replayed with the next connection: %s", fault.getMessage());
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        });
    }

    private void listen(Connection source, Subscription subscription)
            throws IOException, JetStreamApiException, InterruptedException {
        if (heardBy != source) {
            heardBy = source;
            heard.clear();
        }
        // The same connection subscribes again by itself when it is back.
        if (heard.add(subscription)) {
            Dispatcher dispatcher =
                    source.createDispatcher(message -> deliver(message.getSubject(), message, subscription));
            dispatcher.subscribe(subscription.subject());
        }
        flush(source);
        replay(source, subscription);
    }

    /** The server must know the subscription before the replay starts, or a message could fall between the two. */
    private static void flush(Connection source) throws IOException, InterruptedException {
        try {
            source.flush(StoredMessages.WAIT);
        } catch (TimeoutException late) {
            throw new IOException("NATS did not answer", late);
        }
    }

    private void replay(Connection source, Subscription subscription)
            throws IOException, JetStreamApiException, InterruptedException {
        if (!subscription.subject().contains("*") && !subscription.subject().contains(">")) {
            // No consumer is needed for one value, and not every part may make one.
            Message last = source.request(Permissions.lastOf(subscription.subject()), new byte[0], StoredMessages.WAIT);
            if (last != null && !last.isStatusMessage()) {
                deliver(subscription.subject(), last, subscription);
            }
            return;
        }
        StoredMessages.last(
                source, subscription.subject(), message -> deliver(message.getSubject(), message, subscription));
    }

    private void deliver(String subject, Message message, Subscription subscription) {
        if (!Subjects.matches(subscription.subject(), subject)) {
            // Whoever may make a consumer also says where its messages go; what they are about they can't change.
            LOG.warnf("a message about %s came as one of %s: it is ignored", subject, subscription.subject());
            return;
        }
        if (closing || !inHand.tryAcquire()) {
            return;
        }
        try {
            subscription.receiver().take(new BusMessage(subject, message.getData()), inHand::release);
        } catch (RuntimeException fault) {
            inHand.release();
            LOG.errorf(fault, "a message on %s was not handled", message.getSubject());
        }
    }

    /**
     * Some stored messages of a filter, oldest first; none at the present end. Blocks; not for event loops.
     *
     * @param after position of the last one that is known, 0 for none; where the stream was made anew since, the page is
     *        its first one
     * @param most messages
     * @param mostBytes after which no other message is added
     */
    public List<StoredMessage> page(String filter, long after, int most, long mostBytes) throws IOException {
        Connection now = connection;
        if (now == null) {
            throw new IOException("NATS is not connected");
        }
        return StoredMessages.page(now, filter, after, most, mostBytes);
    }

    /** New messages of a filter from now on, until the returned handle is closed. */
    public AutoCloseable follow(String filter, java.util.function.Consumer<BusMessage> receiver) throws IOException {
        Connection now = connection;
        if (now == null) {
            throw new IOException("NATS is not connected");
        }
        Dispatcher dispatcher = now.createDispatcher(
                message -> receiver.accept(new BusMessage(message.getSubject(), message.getData())));
        dispatcher.subscribe(filter);
        return () -> now.closeDispatcher(dispatcher);
    }

    /** Sends one message; fails when the stream has not stored it. */
    CompletionStage<Void> publish(BusMessage message) {
        Connection now = connection;
        if (now == null) {
            return CompletableFuture.failedFuture(new IOException("NATS is not connected"));
        }
        try {
            return now.jetStream()
                    .publishAsync(message.subject(), message.body())
                    .handle((ack, fault) -> {
                        if (fault != null) {
                            worker.execute(() -> mendStreams(now));
                            throw new IllegalStateException("NATS did not store " + message.subject(), fault);
                        }
                        return null;
                    });
        } catch (IOException | IllegalStateException fault) {
            return CompletableFuture.failedFuture(fault);
        }
    }

    private void mendStreams(Connection source) {
        try {
            if (permissions.ownsStreams()
                    && source.getStatus() == Connection.Status.CONNECTED
                    && BusStreams.ensure(source)) {
                connected.fire(new BusConnected());
            }
        } catch (IOException | JetStreamApiException | IllegalStateException fault) {
            LOG.debugf("streams: %s", fault.getMessage());
        }
    }

    /**
     * From here on nobody could take a message in: whom it is for may be gone before this connection is. What is being
     * taken in is waited for, before its threads and beans are gone.
     */
    void ending(@Observes @Priority(0) @BeforeDestroyed(ApplicationScoped.class) Object event)
            throws InterruptedException {
        closing = true;
        if (!inHand.tryAcquire(Integer.MAX_VALUE, IN_HAND.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.debug("some messages from the bus were not dealt with at the end");
        }
    }

    @PreDestroy
    void close() throws InterruptedException {
        closing = true;
        worker.shutdownNow();
        Connection last = newest;
        if (last != null) {
            last.close();
        }
    }
}
