package dev.berth.gateway.client;

import dev.berth.gateway.routing.RouteTable;
import java.util.ArrayList;
import java.util.List;

/** The scheduler's answer of all routes, as it comes in parts. */
public final class AllRoutes {
    private final List<RouteTable.Change> apps = new ArrayList<>();
    private long epoch;
    private long sequence;
    private boolean mayBeIncomplete;
    private boolean begun;
    private boolean whole;

    /** @throws IllegalStateException where it is a part of another answer, or one comes after the last */
    public void add(dev.berth.protocol.v1.RouteTable part) {
        if (whole || begun && (part.getEpoch() != epoch || part.getSequence() != sequence)) {
            throw new IllegalStateException("parts of routes " + epoch + "/" + sequence + " and " + part.getEpoch()
                    + "/" + part.getSequence() + " came as one answer");
        }
        begun = true;
        epoch = part.getEpoch();
        sequence = part.getSequence();
        mayBeIncomplete = part.getKeepUnknown();
        whole = part.getLast();
        part.getAppsList().forEach(app -> apps.add(RouteMessages.change(app)));
    }

    /** False where the answer was cut short: an app that is missing is not one that is gone. */
    public boolean whole() {
        return whole;
    }

    public long epoch() {
        return epoch;
    }

    public long sequence() {
        return sequence;
    }

    public List<RouteTable.Change> apps() {
        return apps;
    }

    /** True where an app that is not named may run all the same. */
    public boolean mayBeIncomplete() {
        return mayBeIncomplete;
    }
}
