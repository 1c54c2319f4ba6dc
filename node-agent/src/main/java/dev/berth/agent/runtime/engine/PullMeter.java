package dev.berth.agent.runtime.engine;

import java.util.LinkedHashMap;
import java.util.Map;

/** Adds up what an engine says of each layer that it pulls. */
public final class PullMeter {
    private record Layer(long done, long total) {}

    private final Map<String, Layer> layers = new LinkedHashMap<>();

    /**
     * How far a pull is.
     *
     * @param done bytes of those layers that the engine has begun with
     * @param total of the same; it grows while layers are begun
     */
    public record Progress(long done, long total) {}

    /** @param total 0 where the engine does not say */
    Progress add(String layer, String status, long current, long total) {
        switch (status) {
            case "Downloading" -> layers.put(layer, new Layer(current, Math.max(current, total)));
            case "Download complete", "Pull complete" ->
                layers.computeIfPresent(layer, (id, before) -> new Layer(before.total(), before.total()));
            default -> {
                // Waits, unpacks, or is there.
            }
        }
        return new Progress(
                layers.values().stream().mapToLong(Layer::done).sum(),
                layers.values().stream().mapToLong(Layer::total).sum());
    }
}
