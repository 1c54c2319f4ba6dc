package dev.berth.agent.runtime.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Image;
import com.github.dockerjava.transport.DockerHttpClient.Request.Method;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An engine's images. */
public final class Images {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Engine engine;
    private final Credentials credentials;
    private final Duration stalledAfter;

    /** @param stalledAfter how long a pull may come no further before it is given up */
    public Images(Engine engine, Credentials credentials, Duration stalledAfter) {
        this.engine = engine;
        this.credentials = credentials;
        this.stalledAfter = stalledAfter;
    }

    /**
     * Makes an image be there, and says which one it is: by a digest, the one that is there; by a tag, what its registry
     * has now, or what only this engine has.
     *
     * @param progress told from another thread, in turn
     */
    public Pull pull(String name, Consumer<PullMeter.Progress> progress) {
        ImageReference image = ImageReference.parse(name);
        try {
            Optional<InspectImageResponse> here = here(name);
            if (isId(name)) {
                return here.isPresent() ? new Pull.Pulled(name) : onlyElsewhere(name);
            }
            if (here.isPresent() && (image.byDigest() || onlyHere(image, here.get()))) {
                return new Pull.Pulled(pinned(image, here.get()));
            }
            Pull pull = pull(image, here, progress);
            // Some engines give a digest also to what was built on them.
            return pull instanceof Pull.Refused && here.isPresent() ? asItIs(image, here.get()) : pull;
        } catch (IOException fault) {
            return fault.getCause() instanceof DockerException refused
                    ? PullFaults.of(image, EngineFaults.message(refused.getMessage()), false)
                    : new Pull.Interrupted("image " + name + " can't be pulled: " + fault.getMessage());
        }
    }

    private static boolean isId(String name) {
        return name.matches("sha256:[0-9a-f]{64}");
    }

    private static Pull onlyElsewhere(String id) {
        return new Pull.Refused("image " + id + " is not on this node's engine, and no registry has it: it is only on "
                + "the node that resolved its name; push it to a registry and deploy that, or load it on each node "
                + "(docker save, docker load)");
    }

    private Optional<InspectImageResponse> here(String name) throws IOException {
        return engine.find(
                "look for image " + name, client -> client.inspectImageCmd(name).exec());
    }

    /** It may have a digest in another repository, to which it was pushed under another name. */
    private static boolean onlyHere(ImageReference image, InspectImageResponse here) {
        return digests(here).stream()
                .noneMatch(digest -> ImageReference.parse(digest).name().equals(image.name()));
    }

    private static List<String> digests(InspectImageResponse image) {
        return image.getRepoDigests() == null ? List.of() : image.getRepoDigests();
    }

    private static String pinned(ImageReference image, InspectImageResponse here) {
        return digests(here).stream()
                .filter(digest -> ImageReference.parse(digest).name().equals(image.name()))
                .filter(digest -> !image.byDigest() || digest.endsWith(image.version()))
                .findFirst()
                .orElseGet(() -> id(here));
    }

    /** Podman leaves out what the digits are of. */
    private static String id(InspectImageResponse image) {
        return id(image.getId());
    }

    private static String id(String id) {
        return id.contains(":") ? id : "sha256:" + id;
    }

    /** The repository of a name, whole: of an image's names it tells which belong together. */
    public static String repository(String name) {
        return ImageReference.parse(name).name();
    }

    /** A name with all that may be left out of it, so that two that mean the same are the same. */
    public static String whole(String name) {
        return isId(name) ? name : ImageReference.parse(name).toString();
    }

    /** All that the engine has: by id, the names of each. */
    public Map<String, Set<String>> names() throws IOException {
        Map<String, Set<String>> all = new HashMap<>();
        for (Image image : engine.ask(
                "list images",
                client -> client.listImagesCmd().withShowAll(true).exec())) {
            all.put(
                    id(image.getId()),
                    Stream.of(image.getRepoTags(), image.getRepoDigests())
                            .filter(Objects::nonNull)
                            .flatMap(Arrays::stream)
                            .filter(name -> !name.startsWith("<none>"))
                            .collect(Collectors.toSet()));
        }
        return all;
    }

    /** The ids of those that any container is made of, whoever's, also one that has ended. */
    public Set<String> used() throws IOException {
        return engine
                .ask(
                        "list containers",
                        client -> client.listContainersCmd().withShowAll(true).exec())
                .stream()
                .map(container -> id(container.getImageId()))
                .collect(Collectors.toSet());
    }

    /**
     * Removes an image with all its names.
     *
     * @throws IOException where the engine refuses, as it does while a container is made of it
     */
    public void remove(String id, Set<String> names) throws IOException {
        List<String> ordered = names.stream().sorted().toList();
        for (int i = 0; i < ordered.size(); i++) {
            String name = ordered.get(i);
            // By its id an engine removes what has one tag, and digests of the same repository.
            boolean last = ordered.subList(i + 1, ordered.size()).stream()
                    .allMatch(later -> later.contains("@") && repository(later).equals(repository(name)));
            if (last) {
                break;
            }
            engine.find(
                    "remove the name " + name,
                    client -> client.removeImageCmd(name).exec());
        }
        engine.find("remove image " + id, client -> client.removeImageCmd(id).exec());
    }

    private Pull pull(ImageReference image, Optional<InspectImageResponse> here, Consumer<PullMeter.Progress> progress)
            throws IOException {
        Optional<String> credential = credentials.header(image);
        Set<String> before = names().keySet();
        Optional<Optional<String>> refused =
                Stall.run(stalledAfter, stall -> refusal(image, credential, stall, progress));
        if (refused.isEmpty()) {
            return new Pull.Interrupted("image " + image + " can't be pulled: nothing of it came for "
                    + stalledAfter.toSeconds() + " s: registry " + image.registry() + ", or the way to it, hangs");
        }
        if (refused.get().isPresent()) {
            String said = refused.get().get();
            // Podman gives a digest to all that was made on it, and nobody else may have it.
            return here.isPresent() && engine.about().podman() && PullFaults.isUnreachable(image, said)
                    ? asItIs(image, here.get())
                    : PullFaults.of(image, said, credential.isPresent());
        }
        Optional<InspectImageResponse> found = here(image.toString());
        if (found.isEmpty()) {
            return new Pull.Interrupted("image " + image + " was pulled, and is gone again");
        }
        Pull.Fetched fetched = new Pull.Fetched(id(found.get()), !before.contains(id(found.get())));
        return engine.about().podman() && !image.byDigest()
                ? byDigest(image, found.get(), fetched, progress)
                : new Pull.Pulled(pinned(image, found.get()), Optional.of(fetched));
    }

    /**
     * Podman forgets an image's digest when its tag goes on, unless that is what it was asked for; and it names digests
     * that only it knows beside the registry's.
     */
    private Pull byDigest(
            ImageReference image,
            InspectImageResponse found,
            Pull.Fetched fetched,
            Consumer<PullMeter.Progress> progress)
            throws IOException {
        Pull pull = new Pull.Pulled(id(found), Optional.of(fetched));
        for (String digest : digests(found)) {
            ImageReference pinned = ImageReference.parse(digest);
            if (pinned.name().equals(image.name())) {
                pull = pull(pinned, Optional.empty(), progress);
                if (pull instanceof Pull.Pulled pulled) {
                    return new Pull.Pulled(pulled.pinned(), Optional.of(fetched));
                }
            }
        }
        return pull;
    }

    /** What is here where no registry has it; Podman gives a digest that it forgets again. */
    private Pull asItIs(ImageReference image, InspectImageResponse here) {
        return new Pull.Pulled(engine.about().podman() ? id(here) : pinned(image, here));
    }

    private Optional<String> refusal(
            ImageReference image, Optional<String> credential, Stall stall, Consumer<PullMeter.Progress> progress)
            throws IOException {
        String path = "/images/create?fromImage=" + encoded(image.name()) + "&tag=" + encoded(image.version());
        Map<String, String> headers =
                credential.map(each -> Map.of("X-Registry-Auth", each)).orElse(Map.of());
        try (EngineStream stream = engine.stream("pull image " + image, Method.POST, path, headers)) {
            return follow(stream, stall, progress);
        } catch (EngineStream.RefusedException refused) {
            return Optional.of(refused.said());
        }
    }

    /** What the engine says went wrong; empty where all is well. */
    private static Optional<String> follow(EngineStream stream, Stall stall, Consumer<PullMeter.Progress> progress)
            throws IOException {
        PullMeter meter = new PullMeter();
        PullMeter.Progress last = new PullMeter.Progress(0, 0);
        MappingIterator<JsonNode> lines = JSON.readerFor(JsonNode.class).readValues(stream.body());
        while (lines.hasNextValue()) {
            JsonNode line = lines.nextValue();
            stall.heard();
            if (line.has("error")) {
                return Optional.of(line.path("error").asText());
            }
            JsonNode detail = line.path("progressDetail");
            PullMeter.Progress now = meter.add(
                    line.path("id").asText(),
                    line.path("status").asText(),
                    detail.path("current").asLong(),
                    detail.path("total").asLong());
            if (!now.equals(last)) {
                progress.accept(now);
                last = now;
            }
        }
        return Optional.empty();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
