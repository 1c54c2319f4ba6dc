package dev.berth.gateway.proxy.wire;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.LongSupplier;

/** The clients' connections of one event loop, and for how long they have been idle. */
final class Clients {
    private final long idleMillis;
    private final LongSupplier now;
    private final Runnable allLeft;
    /** The one that is to be looked at next comes first. */
    private final SequencedMap<Client, Place> all = new LinkedHashMap<>();

    /** What is noted of each. */
    private static final class Place {
        /** When its last request ended. */
        private long usedAt;
        /** Not before then is it idle for too long. */
        private long lookAt;
    }

    /** @param allLeft called when the last one has gone */
    Clients(long idleMillis, LongSupplier now, Runnable allLeft) {
        this.idleMillis = idleMillis;
        this.now = now;
        this.allLeft = allLeft;
    }

    void joined(Client client) {
        Place place = new Place();
        place.usedAt = now.getAsLong();
        place.lookAt = place.usedAt + idleMillis;
        all.put(client, place);
    }

    void left(Client client) {
        if (all.remove(client) != null && all.isEmpty()) {
            allLeft.run();
        }
    }

    /** A request of it has ended. */
    void idle(Client client) {
        Place place = all.get(client);
        // It may have left.
        if (place != null) {
            place.usedAt = now.getAsLong();
        }
    }

    /** Closes those that are idle for too long; also one whose next request does not get ready. */
    void tick(long nowMillis) {
        while (!all.isEmpty() && all.firstEntry().getValue().lookAt <= nowMillis) {
            Map.Entry<Client, Place> entry = all.pollFirstEntry();
            Client client = entry.getKey();
            Place place = entry.getValue();
            long idleAt = (client.underWay() ? nowMillis : place.usedAt) + idleMillis;
            place.lookAt = Math.max(idleAt, nowMillis + 1);
            all.putLast(client, place);
            if (idleAt <= nowMillis) {
                client.channel().close();
            }
        }
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** The last request of each is under way or there is none. */
    void leave() {
        List.copyOf(all.keySet()).forEach(Client::leave);
    }
}
