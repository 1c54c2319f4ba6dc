package dev.berth.agent.store;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.berth.agent.container.ContainerSpec;
import dev.berth.agent.container.Image;
import dev.berth.agent.container.Readiness;
import dev.berth.agent.host.Unused;
import dev.berth.protocol.v1.ImageSpec;
import dev.berth.protocol.v1.Network;
import dev.berth.protocol.v1.WebProtocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Specs of containers by digest, as the registry gave them. They may hold what is secret. */
public final class Specs {
    private static final Logger LOG = Logger.getLogger(Specs.class);
    /** Unused ones are kept for a rollback. */
    private static final Duration KEPT = Duration.ofDays(1);

    private final Path folder;
    private final Unused unused = new Unused(KEPT);

    public Specs(Path state) throws IOException {
        folder = WholeFile.folder(state.toAbsolutePath().resolve("specs"));
    }

    /** Empty where it is not here, or not as it should be: then it is to be fetched, once more. */
    public Optional<ContainerSpec> find(String digest) throws IOException {
        Optional<byte[]> bytes = bytes(digest);
        return bytes.isPresent() ? Optional.of(parse(digest, bytes.get())) : Optional.empty();
    }

    Optional<byte[]> bytes(String digest) {
        Path file = folder.resolve(digest);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            byte[] bytes = Files.readAllBytes(file);
            if (digest(bytes).equals(digest)) {
                return Optional.of(bytes);
            }
            LOG.warnf("%s is torn; it is fetched again", file);
        } catch (IOException unreadable) {
            LOG.warnf("%s can't be read (%s); it is fetched again", file, unreadable.toString());
        }
        return Optional.empty();
    }

    /**
     * Keeps a spec.
     *
     * @throws IOException where its bytes have another digest, or this agent can't run such a container
     */
    public synchronized ContainerSpec keep(String digest, byte[] bytes) throws IOException {
        String actual = digest(bytes);
        if (!actual.equals(digest)) {
            throw new IOException("the spec's bytes have digest " + actual + ", not " + digest);
        }
        ContainerSpec spec = parse(digest, bytes);
        WholeFile.write(folder.resolve(digest), bytes);
        return spec;
    }

    static ContainerSpec parse(String digest, byte[] bytes) throws IOException {
        try {
            dev.berth.protocol.v1.ContainerSpec message = dev.berth.protocol.v1.ContainerSpec.parseFrom(bytes);
            return switch (message.getKindCase()) {
                case WEB ->
                    spec(
                            digest,
                            message,
                            message.getWeb().getPort(),
                            new Readiness(
                                    message.getWeb().getReadiness(),
                                    message.getWeb().getProtocol() == WebProtocol.H2C));
                case CALL ->
                    spec(
                            digest,
                            message,
                            message.getCall().getPort(),
                            new Readiness(message.getCall().getReadiness(), false));
                case JOB, KIND_NOT_SET ->
                    throw new IOException(
                            "this node's agent can't run functions of this kind; give the node the agent of the newest Berth");
            };
        } catch (InvalidProtocolBufferException broken) {
            throw new IOException("the spec " + digest + " can't be read: " + broken.getMessage(), broken);
        }
    }

    private static ContainerSpec spec(
            String digest, dev.berth.protocol.v1.ContainerSpec message, int port, Readiness readiness) {
        return new ContainerSpec(
                digest,
                message.getCommandList(),
                message.getEnvMap(),
                port,
                readiness,
                message.getCpuLimited() ? message.getCpuMillis() : 0,
                message.getMemoryLimited() ? message.getMemoryBytes() : 0,
                Duration.ofMillis(message.getStartupTimeoutMillis()),
                Duration.ofMillis(message.getStopGraceMillis()),
                message.getSourceDigest(),
                message.hasImage() ? Optional.of(image(message.getImage())) : Optional.empty(),
                message.getUser(),
                message.getReadOnly(),
                message.getPids());
    }

    private static Image image(ImageSpec message) {
        return new Image(
                message.getName(),
                message.getEntrypointList(),
                message.getWorkingDir(),
                message.getNetwork() == Network.HOST,
                message.getShmBytes(),
                message.getVolumesList().stream()
                        .map(volume -> new Image.Volume(volume.getSource(), volume.getTarget(), volume.getWritable()))
                        .toList(),
                message.getUlimitsList().stream()
                        .map(limit -> new Image.Ulimit(limit.getName(), limit.getSoft(), limit.getHard()))
                        .toList());
    }

    /** Deletes what nobody has used for a day. */
    public void collect(Set<String> inUse, Duration now) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<String> present =
                    files.map(file -> file.getFileName().toString()).toList();
            for (String name : unused.over(present, inUse, now)) {
                Files.deleteIfExists(folder.resolve(name));
            }
        }
    }

    /** The name of a spec: lower-case hex SHA-256 of its bytes. */
    public static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
