package dev.berth.scheduler.cluster;

import dev.berth.scheduler.fleet.Pins;
import dev.berth.scheduler.fleet.VersionSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which versions a version repeats: a rollback to a rollover of a deploy runs the images of that deploy.
 *
 * @param versions the specs that are here
 */
record Lineage(Map<Integer, VersionSpec> versions, Pins pins) {

    /** The version and those that it repeats, up to the one before that which knows all its images. */
    List<Integer> of(int version) {
        List<Integer> lineage = new ArrayList<>(List.of(version));
        VersionSpec asked = versions.get(version);
        VersionSpec next = asked;
        while (next != null && next.repeats() != 0 && !knowsImages(next.repeats(), asked)) {
            lineage.add(next.repeats());
            next = versions.get(next.repeats());
        }
        return lineage;
    }

    private boolean knowsImages(int version, VersionSpec of) {
        return of.images().stream().allMatch(name -> pins.find(version, name).isPresent());
    }

    /** The version whose spec has to be fetched before this one's images can be told; empty for none. */
    OptionalInt lacks(int version) {
        int last = of(version).getLast();
        return versions.containsKey(last) ? OptionalInt.empty() : OptionalInt.of(last);
    }

    /** What a name means for a version by what it repeats; empty where nobody has found that out. */
    Optional<String> image(VersionSpec version, String name) {
        VersionSpec next = version;
        while (next != null && next.repeats() != 0) {
            Optional<String> image = pins.find(next.repeats(), name);
            if (image.isPresent()) {
                return image;
            }
            next = versions.get(next.repeats());
        }
        return Optional.empty();
    }
}
