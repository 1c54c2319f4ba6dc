package dev.berth.gateway.control;

import dev.berth.gateway.status.Change;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Tells whoever listens of what something else is shown now. */
@ApplicationScoped
public class Changes {
    private final Set<Consumer<Collection<Change>>> listeners = ConcurrentHashMap.newKeySet();

    /** @param listener is called by whatever thread hears of the change, and must not wait */
    public void listen(Consumer<Collection<Change>> listener) {
        listeners.add(listener);
    }

    public void forget(Consumer<Collection<Change>> listener) {
        listeners.remove(listener);
    }

    public void tell(Collection<Change> changes) {
        if (!changes.isEmpty()) {
            listeners.forEach(listener -> listener.accept(changes));
        }
    }
}
