package dev.berth.gateway.proxy.wire;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.function.LongSupplier;

/** The clients' connections of one event loop, and for how long they have been idle. */
final class Clients {
    private final long idleMillis;
    private final LongSupplier now;
    private final Runnable allLeft;
    /** The one that is to be looked at next comes first. */
    private final SequencedSet<Client> all = new LinkedHashSet<>();

    /** What is noted of each. */
    static final class Place {
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
        idle(client);
        client.place().lookAt = client.place().usedAt + idleMillis;
        all.add(client);
    }

    void left(Client client) {
        if (all.remove(client) && all.isEmpty()) {
            allLeft.run();
        }
    }

    /** A request of it has ended. */
    void idle(Client client) {
        client.place().usedAt = now.getAsLong();
    }

    /** Closes those that are idle for too long; also one whose next request does not get ready. */
    void tick(long nowMillis) {
        while (!all.isEmpty() && all.getFirst().place().lookAt <= nowMillis) {
            Client client = all.removeFirst();
            Place place = client.place();
            long idleAt = (client.underWay() ? nowMillis : place.usedAt) + idleMillis;
            place.lookAt = Math.max(idleAt, nowMillis + 1);
            all.addLast(client);
            if (idleAt <= nowMillis) {
                client.close();
            }
        }
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** The last request of each is under way or there is none. */
    void leave() {
        List.copyOf(all).forEach(Client::leave);
    }
}
