package dev.berth.client;

import java.time.Instant;
import java.util.List;

/**
 * One running instance of a function of a version.
 *
 * @param state {@code pending}, {@code starting}, {@code ready}, {@code draining}, {@code stopping}, {@code stopped} or
 *        {@code failed}
 * @param reason of the state, in words; may be empty
 * @param outdated whether its version is older than the one that is live
 * @param address host:port; empty while it has none
 * @param image that it is made of, by digest or its id; empty of a process, and while it is not known
 */
public record Container(
        String id,
        String environment,
        String app,
        int version,
        String function,
        String node,
        String state,
        String reason,
        Instant startedAt,
        List<String> gpus,
        boolean outdated,
        String address,
        String image) {
    public Container {
        gpus = gpus == null ? List.of() : List.copyOf(gpus);
    }
}
