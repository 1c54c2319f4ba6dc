package dev.berth.scheduler.fleet;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What names of images mean, for each version of an app: the first word about a name holds for as long as the app lives,
 * though its tag moves.
 *
 * @param images by version, then by the name that the manifest has: a name by digest, or an image's id
 */
public record Pins(Map<Integer, Map<String, String>> images) {
    public static final Pins NONE = new Pins(Map.of());

    public Pins {
        images = Map.copyOf(images);
    }

    /** By name. */
    public Map<String, String> of(int version) {
        return images.getOrDefault(version, Map.of());
    }

    /**
     * The images of the newest versions that have any.
     *
     * @param versions how many
     */
    public Set<String> newest(int versions) {
        return images.keySet().stream()
                .sorted(Comparator.reverseOrder())
                .limit(versions)
                .flatMap(version -> of(version).values().stream())
                .collect(Collectors.toSet());
    }

    public Optional<String> find(int version, String name) {
        return Optional.ofNullable(of(version).get(name));
    }

    /**
     * With one more.
     *
     * @throws IllegalArgumentException where the name means something already
     */
    public Pins with(int version, String name, String image) {
        if (find(version, name).isPresent()) {
            throw new IllegalArgumentException("v" + version + " has its image " + name + " already");
        }
        Map<String, String> ofVersion = new HashMap<>(of(version));
        ofVersion.put(name, image);
        Map<Integer, Map<String, String>> all = new HashMap<>(images);
        all.put(version, Map.copyOf(ofVersion));
        return new Pins(all);
    }
}
