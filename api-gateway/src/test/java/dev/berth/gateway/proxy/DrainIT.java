package dev.berth.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.routing.RouteTable;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Leaks.class)
class DrainIT {
    private final BlockingQueue<Long> reports = new LinkedBlockingQueue<>();

    @Test
    void endOfTheLastRequestOfADrainIsReportedAtOnce() throws Exception {
        CompletableFuture<OutputStream> asked = new CompletableFuture<>();
        try (OneDoor door = new OneDoor(1_000, () -> reports.add(System.nanoTime()));
                RawContainer container = new RawContainer((head, in, out) -> asked.complete(out))) {
            door.route(OneDoor.target("c1", container.port()));
            try (Socket client = door.connect()) {
                RawContainer.say(
                        client.getOutputStream(), "GET / HTTP/1.1\nHost: app.localhost\nConnection: close\n\n");
                OutputStream out = asked.get(10, TimeUnit.SECONDS);
                door.route(new RouteTable.Target("c1", "127.0.0.1", container.port(), OptionalLong.of(60_000)));
                assertThat(reports).isEmpty();
                RawContainer.ok(out, "whole");
                assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                        .endsWith("whole");
            }
            assertThat(reports.poll(10, TimeUnit.SECONDS)).isNotNull();
            assertThat(door.table.drains(door.millis()).get("c1").finished()).isEqualTo(1);
        }
    }
}
