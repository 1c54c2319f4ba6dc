package dev.berth.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a gateway that ends tells those who have to wait no longer. */
@ExtendWith(Leaks.class)
class LeaveIT {
    private static final int GRACE_MILLIS = 200;

    @Test
    void webSocketThatOutlastsItIsClosedWithAFrameAtBothEnds() throws Exception {
        CompletableFuture<byte[]> heard = new CompletableFuture<>();
        try (OneDoor door = new OneDoor(10_000, () -> {});
                RawContainer container = new RawContainer((head, in, out) -> {
                    RawContainer.say(
                            out, "HTTP/1.1 101 Switching Protocols\nConnection: upgrade\nUpgrade: websocket\n\n");
                    // Half a frame of five bytes.
                    out.write(new byte[] {(byte) 0x82, 5, 'h', 'e'});
                    byte[] first = in.readNBytes(8);
                    out.write("llo".getBytes(StandardCharsets.US_ASCII));
                    out.flush();
                    heard.complete(first);
                    throw new IOException("the container closes");
                });
                Socket client = door.connect()) {
            door.route(OneDoor.target("c1", container.port()));
            RawContainer.say(
                    client.getOutputStream(),
                    "GET / HTTP/1.1\nHost: app.localhost\nConnection: Upgrade\nUpgrade: websocket\n\n");
            assertThat(RawContainer.head(client.getInputStream())).startsWith("HTTP/1.1 101 ");
            assertThat(client.getInputStream().readNBytes(4)).containsExactly(0x82, 5, 'h', 'e');
            CompletableFuture<Void> left = door.listener.leave(GRACE_MILLIS);
            assertThat(heard.get(10, TimeUnit.SECONDS)).containsExactly(0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe9);
            assertThat(client.getInputStream().readAllBytes()).containsExactly('l', 'l', 'o', 0x88, 2, 0x03, 0xe9);
            left.get(10, TimeUnit.SECONDS);
            OneDoor.assertIdle(door.container());
        }
    }

    @Test
    void requestThatIsStillParkedIsToldToComeAgain() throws Exception {
        try (OneDoor door = new OneDoor(60_000, () -> {});
                Socket client = door.connect()) {
            door.route();
            RawContainer.say(client.getOutputStream(), "GET / HTTP/1.1\nHost: app.localhost\n\n");
            while (door.table.app("app").function("app").live().parked() == 0) {
                Thread.onSpinWait();
            }
            CompletableFuture<Void> left = door.listener.leave(GRACE_MILLIS);
            assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 503 ")
                    .containsIgnoringCase("retry-after: 1\r\n")
                    .containsIgnoringCase("connection: close")
                    .contains("this gateway ends");
            left.get(10, TimeUnit.SECONDS);
            assertThat(door.table.app("app").function("app").live().parked()).isZero();
        }
    }
}
