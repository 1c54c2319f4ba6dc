package dev.berth.agent.store;

import dev.berth.agent.container.Address;
import dev.berth.agent.container.ContainerRef;
import dev.berth.agent.container.ContainerSpec;
import dev.berth.protocol.v1.ObservedContainer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * What each container is, kept in its own folder: an agent that starts anew knows all of what it adopts, also what runs
 * on an engine that does not answer.
 */
public final class Containers {
    private static final Logger LOG = Logger.getLogger(Containers.class);
    private static final String FILE = "spec";
    private static final String READY = "ready";
    private static final String ADDRESS = "address";

    /** @param image that it was made of, by digest or its id; empty of a process */
    public record Kept(ContainerRef ref, ContainerSpec spec, Instant startedAt, Optional<String> image) {}

    private final Path processes;
    private final Path engine;
    private final Specs specs;

    public Containers(Path state, Specs specs) {
        processes = state.toAbsolutePath().resolve("containers");
        engine = state.toAbsolutePath().resolve("engine");
        this.specs = specs;
    }

    /**
     * Keeps it as long as its folder is there, which its driver deletes.
     *
     * @param image that it is made of; empty of a process
     */
    public void keep(ContainerRef ref, String specDigest, Instant startedAt, Optional<String> image)
            throws IOException {
        byte[] spec = specs.bytes(specDigest).orElseThrow(() -> new IOException("spec " + specDigest + " is gone"));
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        ObservedContainer.newBuilder()
                .setId(ref.id())
                .setEnvironment(ref.environment())
                .setApp(ref.app())
                .setVersion(ref.version())
                .setFunction(ref.function())
                .setStartedAt(startedAt.toEpochMilli())
                .setImage(image.orElse(""))
                .build()
                .writeDelimitedTo(content);
        content.write(spec);
        boolean onEngine = Specs.parse(specDigest, spec).image().isPresent();
        Path own = (onEngine ? engine : processes).resolve(ref.id());
        WholeFile.write(Files.createDirectories(own).resolve(FILE), content.toByteArray());
    }

    private Path folder(String id) {
        Path own = engine.resolve(id);
        return Files.isDirectory(own) ? own : processes.resolve(id);
    }

    /** Notes where it is reached. */
    public void markStarted(String id, Address address) throws IOException {
        WholeFile.write(folder(id).resolve(ADDRESS), address.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Those of an engine that were started, as far as they can be read. */
    public Map<String, Address> onEngine() throws IOException {
        Map<String, Address> found = new TreeMap<>();
        if (Files.isDirectory(engine)) {
            try (Stream<Path> folders = Files.list(engine)) {
                for (Path own : folders.filter(each -> Files.exists(each.resolve(ADDRESS)))
                        .toList()) {
                    String text = Files.readString(own.resolve(ADDRESS)).strip();
                    int colon = text.lastIndexOf(':');
                    if (colon > 0 && text.substring(colon + 1).matches("[1-9]\\d{0,4}")) {
                        found.put(
                                own.getFileName().toString(),
                                new Address(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1))));
                    }
                }
            }
        }
        return found;
    }

    /** Notes that it was seen ready, for an agent that starts anew; nothing that runs then outlived a power cut. */
    public void markReady(String id) throws IOException {
        Files.write(folder(id).resolve(READY), new byte[0]);
    }

    public boolean wasReady(String id) {
        return Files.exists(folder(id).resolve(READY));
    }

    /** Empty where it is not known: an agent of an older Berth started it, or its file is torn. */
    public Optional<Kept> find(String id) {
        Path file = folder(id).resolve(FILE);
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
                    Instant.ofEpochMilli(own.getStartedAt()),
                    own.getImage().isEmpty() ? Optional.empty() : Optional.of(own.getImage())));
        } catch (IOException torn) {
            LOG.warnf(
                    "%s can't be read (%s): the container is watched, and known again when an order names it",
                    file, torn.getMessage());
            return Optional.empty();
        }
    }
}
