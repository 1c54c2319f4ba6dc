package dev.berth.agent.store;

import dev.berth.agent.container.ContainerRef;
import dev.berth.agent.container.ContainerSpec;
import dev.berth.protocol.v1.ObservedContainer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.jboss.logging.Logger;

/** What each container is, kept in its own folder: an agent that starts anew knows all of what it adopts. */
public final class Containers {
    private static final Logger LOG = Logger.getLogger(Containers.class);
    private static final String FILE = "spec";
    private static final String READY = "ready";

    public record Kept(ContainerRef ref, ContainerSpec spec, Instant startedAt) {}

    private final Path folder;
    private final Specs specs;

    public Containers(Path state, Specs specs) {
        folder = state.toAbsolutePath().resolve("containers");
        this.specs = specs;
    }

    /** Keeps it as long as its folder is there. */
    public void keep(ContainerRef ref, String specDigest, Instant startedAt) throws IOException {
        byte[] spec = specs.bytes(specDigest).orElseThrow(() -> new IOException("spec " + specDigest + " is gone"));
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        ObservedContainer.newBuilder()
                .setId(ref.id())
                .setEnvironment(ref.environment())
                .setApp(ref.app())
                .setVersion(ref.version())
                .setFunction(ref.function())
                .setStartedAt(startedAt.toEpochMilli())
                .build()
                .writeDelimitedTo(content);
        content.write(spec);
        WholeFile.write(Files.createDirectories(folder.resolve(ref.id())).resolve(FILE), content.toByteArray());
    }

    /** Notes that it was seen ready, for an agent that starts anew; nothing that runs then outlived a power cut. */
    public void markReady(String id) throws IOException {
        Files.write(folder.resolve(id).resolve(READY), new byte[0]);
    }

    public boolean wasReady(String id) {
        return Files.exists(folder.resolve(id).resolve(READY));
    }

    /** Empty where it is not known: an agent of an older Berth started it, or its file is torn. */
    public Optional<Kept> find(String id) {
        Path file = folder.resolve(id).resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (InputStream content = Files.newInputStream(file)) {
            ObservedContainer own = ObservedContainer.parseDelimitedFrom(content);
            if (own == null || !own.getId().equals(id)) {
                throw new IOException("it is not this container's");
            }
            byte[] spec = content.readAllBytes();
            return Optional.of(new Kept(
                    new ContainerRef(id, own.getEnvironment(), own.getApp(), own.getVersion(), own.getFunction()),
                    Specs.parse(Specs.digest(spec), spec),
                    Instant.ofEpochMilli(own.getStartedAt())));
        } catch (IOException torn) {
            LOG.warnf(
                    "%s can't be read (%s): the container is watched, and known again when an order names it",
                    file, torn.getMessage());
            return Optional.empty();
        }
    }
}
