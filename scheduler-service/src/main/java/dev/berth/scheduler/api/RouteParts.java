package dev.berth.scheduler.api;

import dev.berth.protocol.v1.AppRoutes;
import dev.berth.protocol.v1.RouteTable;
import dev.berth.scheduler.client.RouteMessages;
import dev.berth.scheduler.cluster.Routes;
import dev.berth.scheduler.control.Leader;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** All routes in messages of a bounded size, each made when it is asked for. There is always one, and one is the last. */
final class RouteParts implements Iterator<RouteTable> {
    /** A part is sent when it has so many bytes: far below what gRPC takes, whatever one app more adds to it. */
    static final int PART_BYTES = 256 << 10;

    private final Leader.AllRoutes all;
    private final Iterator<Routes> apps;
    private boolean over;

    RouteParts(Leader.AllRoutes all) {
        this.all = all;
        apps = all.apps().iterator();
    }

    @Override
    public boolean hasNext() {
        return !over;
    }

    @Override
    public RouteTable next() {
        if (over) {
            throw new NoSuchElementException("the last part was given");
        }
        RouteTable.Builder part = RouteTable.newBuilder()
                .setEpoch(all.epoch())
                .setSequence(all.sequence())
                .setKeepUnknown(all.mayBeIncomplete());
        for (int bytes = 0; bytes < PART_BYTES && apps.hasNext(); ) {
            AppRoutes app = RouteMessages.of(apps.next(), all.epoch());
            bytes += app.getSerializedSize();
            part.addApps(app);
        }
        over = !apps.hasNext();
        return part.setLast(over).build();
    }
}
