package dev.berth.agent.runtime.engine;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import dev.berth.agent.container.Address;
import dev.berth.agent.container.Image;
import dev.berth.agent.runtime.ContainerRuntime.Launch;
import dev.berth.agent.runtime.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** How containers come to run: each has a place and its view of its source, is made and is started; or nothing is left of it. */
final class Starts {
    private final Engine engine;
    private final DockerRuntime.Settings settings;
    private final Path folder;
    private final Places places;
    private final Turns turns;
    private final Set<String> starting = ConcurrentHashMap.newKeySet();

    /** @param folder of the runtime, with one for each container */
    Starts(Engine engine, DockerRuntime.Settings settings, Path folder, Places places, Turns turns) {
        this.engine = engine;
        this.settings = settings;
        this.folder = folder;
        this.places = places;
        this.turns = turns;
    }

    /** Whether it is between being made and being started. */
    boolean has(String id) {
        return starting.contains(id);
    }

    /** @param started told how the engine names it */
    Address start(Launch launch, Consumer<String> started) throws IOException {
        String id = launch.ref().id();
        Image wanted = launch.spec()
                .image()
                .orElseThrow(() -> new IOException("it has no image, and an engine runs nothing else"));
        Image image = settings.volumes().found(wanted, engine.local());
        starting.add(id);
        Place place = places.take(launch.port(), image.hostNetwork(), launch.kept());
        Optional<String> made = Optional.empty();
        try {
            Path own = Files.createDirectories(folder.resolve(id));
            Optional<Path> source = source(launch, own);
            Labels labels = Labels.of(settings.agentId(), settings.node(), launch.ref(), place);
            Blueprint blueprint = new Blueprint(
                    launch.ref(),
                    launch.spec(),
                    image,
                    place,
                    source,
                    labels.map(),
                    engine.about().cpus(),
                    OpenFiles.most());
            String container = create(id, blueprint);
            made = Optional.of(container);
            turns.start(() -> engine.ask(
                    "start container " + id,
                    client -> client.startContainerCmd(container).exec()));
            started.accept(container);
            return place.address();
        } catch (IOException | RuntimeException fault) {
            undo(id, made, place, fault);
            throw fault;
        } finally {
            starting.remove(id);
        }
    }

    private Optional<Path> source(Launch launch, Path own) throws IOException {
        if (launch.source().isEmpty()) {
            return Optional.empty();
        }
        if (!engine.local()) {
            throw new IOException("its source is on this node, and the engine is on another host: use an engine with a"
                    + " Unix socket, or an image with the source in it");
        }
        Path bundle = launch.source().get().toAbsolutePath();
        return Optional.of(
                launch.spec().readOnly()
                        ? bundle
                        : FileTree.copy(bundle, own.resolve("app"), FileTree.Writers.EVERYBODY));
    }

    private String create(String id, Blueprint blueprint) throws IOException {
        return engine.ask("make container " + id, client -> {
            CreateContainerCmd command =
                    client.createContainerCmd(blueprint.image().name()).withName(settings.name(id));
            blueprint.apply(command);
            return command.exec().getId();
        });
    }

    private void undo(String id, Optional<String> made, Place place, Exception fault) {
        try {
            if (made.isPresent()) {
                discard(made.get());
            }
            FileTree.delete(folder.resolve(id));
        } catch (IOException refused) {
            fault.addSuppressed(refused);
        }
        places.giveBack(place);
    }

    /** With the volumes that the image asks for, which nobody could find again. */
    void discard(String container) throws IOException {
        engine.ask("remove container " + container, client -> {
            try {
                return client.removeContainerCmd(container)
                        .withForce(true)
                        .withRemoveVolumes(true)
                        .exec();
            } catch (NotFoundException | ConflictException gone) {
                return null;
            }
        });
    }
}
