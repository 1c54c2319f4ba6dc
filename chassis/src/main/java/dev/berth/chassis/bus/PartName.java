package dev.berth.chassis.bus;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.berth.protocol.bus.Subjects;
import dev.berth.protocol.v1.NameClaim;
import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * The name of a part that may exist once. It asks on a subject of that name, where each part of the name listens. Where
 * nobody listens the server says so at once, so the name of a dead part is free at once; a connection that hears itself
 * (no {@code noEcho}) would spoil that.
 */
final class PartName {
    private static final Logger LOG = Logger.getLogger(PartName.class);
    /** For one that listens and does not answer: it is frozen, or its host is gone. */
    private static final Duration ANSWER = Duration.ofMillis(500);

    private final String kind;
    private final String name;
    private final String setting;
    private final String subject;
    private final NameClaims claims;
    private final BusReader reader = new BusReader(LOG);
    private final Consumer<String> lost;
    private final CompletableFuture<String> taken = new CompletableFuture<>();
    private volatile Connection heardBy;

    /**
     * @param setting that names the part
     * @param lost told once, in a sentence, when another has the name
     */
    private PartName(String kind, String name, String setting, String subject, Consumer<String> lost) {
        this.kind = kind;
        this.name = name;
        this.setting = setting;
        this.subject = subject;
        this.lost = lost;
        claims = new NameClaims(String.format("%015d-%s", System.currentTimeMillis(), UUID.randomUUID()), here());
    }

    static PartName gateway(String name, Consumer<String> lost) {
        return new PartName("gateway", name, "BERTH_GATEWAY_NAME", Subjects.nameOfGateway(name), lost);
    }

    static PartName agent(String node, Consumer<String> lost) {
        return new PartName("agent", node, "BERTH_NODE_NAME", Subjects.nameOfAgent(node), lost);
    }

    private static String here() {
        String process = "process " + ProcessHandle.current().pid();
        try {
            return process + " on " + InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return process;
        }
    }

    /** This part works, whether or not it could ask: the bus was away when it started. */
    void take() {
        claims.take();
    }

    /**
     * Asks, and takes the name where nobody who works has it. Blocks for a moment.
     *
     * @throws NameTakenException where somebody has it
     */
    void ask(Connection source) throws NameTakenException, IOException, InterruptedException {
        if (heardBy != source) {
            Dispatcher dispatcher = source.createDispatcher(message -> hear(source, message));
            dispatcher.subscribe(subject);
            heardBy = source;
        }
        try {
            source.flush(ANSWER);
        } catch (TimeoutException late) {
            throw new IOException("NATS did not answer", late);
        }
        CompletableFuture<Message> nobody = source.request(subject, own());
        try {
            CompletableFuture.anyOf(nobody, taken).get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | CancellationException | TimeoutException silence) {
            LOG.debugf("nobody else answers as %s", subject);
        }
        if (taken.isDone()) {
            throw new NameTakenException(taken.join());
        }
        claims.take();
    }

    /** Says again that this part is there: one that was frozen, or cut off, hears of who took its name, and they of it. */
    void repeat(Connection source) {
        source.publish(subject, own());
    }

    private byte[] own() {
        NameClaims.Claim own = claims.own();
        return NameClaim.newBuilder()
                .setStart(own.start())
                .setHolds(own.holds())
                .setAt(own.at())
                .build()
                .toByteArray();
    }

    private void hear(Connection source, Message message) {
        reader.read(new BusMessage(message.getSubject(), message.getData()), PartName::claim)
                .ifPresent(other -> {
                    switch (claims.hear(other)) {
                        case NOTHING -> LOG.trace("its own claim");
                        case ANSWER -> repeat(source);
                        case GIVE_WAY -> giveWay(other);
                    }
                });
    }

    private void giveWay(NameClaims.Claim other) {
        String sentence = "another " + kind + " named \"" + name + "\" is running (" + other.at() + ", since "
                + Instant.ofEpochMilli(Long.parseLong(other.start().substring(0, 15)))
                + "): give this one a name of its own with " + setting + ", or end the other one";
        if (taken.complete(sentence)) {
            lost.accept(sentence);
        }
    }

    private static NameClaims.Claim claim(BusMessage message) throws InvalidProtocolBufferException {
        NameClaim claim = NameClaim.parseFrom(message.body());
        BusMessage.check(claim.getStart().matches("[0-9]{15}-.+"), "start");
        return new NameClaims.Claim(claim.getStart(), claim.getHolds(), claim.getAt());
    }
}
