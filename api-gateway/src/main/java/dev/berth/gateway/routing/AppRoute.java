package dev.berth.gateway.routing;

import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** One app's routes. What a label leads to is looked up in {@code functions}, which one write replaces as a whole. */
public final class AppRoute {
    final String environment;
    final String name;
    volatile Map<String, FunctionRoute> functions = Map.of();
    /** The version that serves; 0 for none. */
    int live;

    private final ConcurrentLinkedQueue<Runnable> parked = new ConcurrentLinkedQueue<>();
    private final AtomicInteger parkedCount = new AtomicInteger();

    AppRoute(String environment, String name) {
        this.environment = environment;
        this.name = name;
    }

    @Override
    public String toString() {
        return environment + "/" + name;
    }

    /** The function that a label of this app leads to now; null where the label leads nowhere any more. */
    public FunctionRoute function(String label) {
        return functions.get(label);
    }

    /**
     * Has a request called again at the next change of routes.
     *
     * @param most how many may wait; false where that many do
     */
    public boolean park(Runnable request, int most) {
        if (parkedCount.incrementAndGet() > most) {
            parkedCount.decrementAndGet();
            return false;
        }
        parked.add(request);
        return true;
    }

    void wakeParked() {
        for (Runnable request = parked.poll(); request != null; request = parked.poll()) {
            parkedCount.decrementAndGet();
            request.run();
        }
    }

    /** One that no longer waits. */
    public void unpark(Runnable request) {
        if (parked.remove(request)) {
            parkedCount.decrementAndGet();
        }
    }
}
