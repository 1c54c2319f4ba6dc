package dev.berth.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.chassis.kit.Heard;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A container that takes no connections is set aside, and that is said once. */
@ExtendWith(Leaks.class)
class AsideIT {
    private static final String GET = "GET / HTTP/1.1\nHost: app.localhost\nConnection: close\n\n";

    @Test
    void containerThatIsSetAsideIsSaidOnceAndOnceWhenItIsBack() throws Exception {
        int port = OneDoor.freePort();
        String away = "container away of app/web does not take connections at 127.0.0.1:" + port
                + ", and is set aside until it does";
        String back = "container away of app/web takes connections again";
        try (OneDoor door = new OneDoor(10_000, () -> {});
                RawContainer there = new RawContainer((head, in, out) -> RawContainer.ok(out, "there"));
                Heard log = Heard.by(Class.forName("dev.berth.gateway.proxy.wire.Containers"))) {
            door.route(OneDoor.target("away", port), OneDoor.target("there", there.port()));
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (log.lines().isEmpty() && System.nanoTime() < until) {
                assertThat(door.raw(GET)).endsWith("there");
            }
            assertThat(log.lines()).containsExactly(away);
            for (int i = 0; i < 40; i++) {
                // Its moment is over each time, so that it is tried.
                door.skippedMillis.addAndGet(2_000);
                assertThat(door.raw(GET)).endsWith("there");
            }
            assertThat(log.lines()).containsExactly(away);
            try (RawContainer again = new RawContainer(port, (head, in, out) -> RawContainer.ok(out, "again"))) {
                door.skippedMillis.addAndGet(2_000);
                for (int i = 0; i < 40; i++) {
                    assertThat(door.raw(GET)).startsWith("HTTP/1.1 200 ");
                }
                assertThat(again.taken()).isPositive();
            }
            assertThat(log.lines()).containsExactly(away, back);
        }
    }

    @Test
    void connectionThatWasKeptTellsNothingOfNewOnes() throws Exception {
        CompletableFuture<OutputStream> asked = new CompletableFuture<>();
        try (OneDoor door = new OneDoor(10_000, () -> {});
                RawContainer container = new RawContainer((head, in, out) -> {
                    if (!asked.complete(out)) {
                        RawContainer.ok(out, "second");
                    }
                });
                Heard log = Heard.by(Class.forName("dev.berth.gateway.proxy.wire.Containers"))) {
            door.route(OneDoor.target("c1", container.port()));
            CompletableFuture<String> first = ask(door);
            OutputStream out = asked.get(10, TimeUnit.SECONDS);
            container.refuse();
            CompletableFuture<String> second = ask(door);
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (log.lines().isEmpty() && System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            RawContainer.ok(out, "first");
            assertThat(first.get(10, TimeUnit.SECONDS)).endsWith("first");
            assertThat(second.get(10, TimeUnit.SECONDS)).endsWith("second");
            assertThat(log.lines()).hasSize(1).allMatch(line -> line.contains("does not take connections"));
        }
    }

    private static CompletableFuture<String> ask(OneDoor door) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        // Each on a thread of its own: the common pool may have one.
        Thread.ofVirtual().start(() -> {
            try {
                answer.complete(door.raw(GET));
            } catch (IOException fault) {
                answer.completeExceptionally(fault);
            }
        });
        return answer;
    }
}
