package dev.berth.scheduler.control;

import dev.berth.scheduler.client.Publisher;
import dev.berth.scheduler.cluster.ClusterView;
import io.smallrye.mutiny.Uni;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * Publishes what people see, as it changes. What the bus did not take is shown again at the next head, not at once: a bus
 * that refuses goes on refusing for a while.
 */
final class Showing {
    private final Publisher publisher;
    private final long epoch;
    private final ConcurrentLinkedQueue<Consumer<ClusterView>> unsent = new ConcurrentLinkedQueue<>();

    Showing(Publisher publisher, long epoch) {
        this.publisher = publisher;
        this.epoch = epoch;
    }

    /** Nodes first: who sees that a version is live finds its containers. */
    void show(ClusterView.Shown shown) {
        shown.nodes().forEach(node -> send(publisher.show(node, epoch), view -> view.showAgain(node.name())));
        shown.apps()
                .forEach(app -> send(
                        publisher.show(app, epoch),
                        view -> view.showAgain(app.id().name())));
        shown.gone().forEach(app -> send(publisher.showGone(app, epoch), view -> view.showAgain(app)));
    }

    private void send(Uni<Void> sending, Consumer<ClusterView> again) {
        sending.subscribe().with(sent -> {}, fault -> unsent.add(again));
    }

    /** True where nothing is known to be unheard. */
    boolean heard() {
        return unsent.isEmpty();
    }

    /** On the loop. */
    void again(ClusterView view) {
        for (Consumer<ClusterView> next = unsent.poll(); next != null; next = unsent.poll()) {
            next.accept(view);
        }
    }
}
