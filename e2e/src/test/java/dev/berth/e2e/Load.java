package dev.berth.e2e;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Real traffic of every kind against one app, until it is stopped. Notes each request that failed, and each that was
 * answered by an older version than was live before it was sent.
 */
final class Load implements AutoCloseable {
    /** The newest version that a deploy has reported live. */
    final AtomicInteger floor = new AtomicInteger(1);
    /**
     * The newest version of each spec, by its MODE: after a rollback, containers of an older version of the same spec
     * may have been taken back, and answer for the new one.
     */
    final Map<String, Integer> newest = new ConcurrentHashMap<>(Map.of("", 1));

    final Queue<String> failures = new ConcurrentLinkedQueue<>();
    final Map<String, LongAdder> done = new ConcurrentHashMap<>();
    final Queue<Span> spans = new ConcurrentLinkedQueue<>();

    private final int port;
    private final String app;
    private final int[] gateways;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;
    private long pauseMillis;

    /** One request as its client saw it; in System.nanoTime. */
    static final class Span {
        private final long sent = System.nanoTime();
        /** Since when its client knows that it is with a container; never, for those whose client can't tell. */
        private volatile long opened = Long.MAX_VALUE;
        /** The MODE of the container that answers it. */
        private volatile String mode = "";
        /** When its client last sent something that was answered later, so that it was under way then. */
        private volatile long alive = Long.MIN_VALUE;

        private volatile long ended = Long.MAX_VALUE;

        /** Under way in a container of that MODE all the time from one instant to the other, without doubt. */
        boolean surelyCovers(String inMode, long from, long to) {
            return mode.equals(inMode) && opened < from && alive > to;
        }

        boolean mayTouch(long from, long to) {
            return sent < to && ended > from;
        }
    }

    private interface Kind {
        void once(int gateway, Span span) throws Exception;
    }

    Load(LocalBerth berth, String app, int... gateways) {
        this(berth.port, app, gateways);
    }

    /** @param port of the first gateway; each other has the next */
    Load(int port, String app, int... gateways) {
        this.port = port;
        this.app = app;
        this.gateways = gateways;
    }

    /** Lets each client rest between its requests, where the processor is needed for something else. */
    Load pausing(long millis) {
        pauseMillis = millis;
        return this;
    }

    Load plain(int clients) {
        return run("plain", clients, (gateway, span) -> {
            int expected = floor.get();
            HttpResponse<String> answer =
                    http.send(request(gateway, "/").build(), HttpResponse.BodyHandlers.ofString());
            check("plain", answer, expected);
        });
    }

    Load posts(int clients) {
        byte[] body = "x".repeat(20_000).getBytes(StandardCharsets.UTF_8);
        return run("post", clients, (gateway, span) -> {
            int expected = floor.get();
            HttpResponse<String> answer = http.send(
                    request(gateway, "/")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            check("post", answer, expected);
            if (answer.body().length() != body.length) {
                failures.add("post: " + answer.body().length() + " of " + body.length + " bytes came back");
            }
        });
    }

    Load slow(int clients, long millis) {
        return run("slow", clients, (gateway, span) -> {
            int expected = floor.get();
            HttpResponse<String> answer =
                    http.send(request(gateway, "/slow=" + millis).build(), HttpResponse.BodyHandlers.ofString());
            check("slow", answer, expected);
        });
    }

    Load streams(int clients, int lines) {
        return run("stream", clients, (gateway, span) -> {
            int expected = floor.get();
            HttpResponse<InputStream> answer =
                    http.send(request(gateway, "/stream=" + lines).build(), HttpResponse.BodyHandlers.ofInputStream());
            int seen = 0;
            try (BufferedReader reader =
                    new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    seen += line.startsWith("data: ") ? 1 : 0;
                }
            }
            check("stream", answer, expected);
            if (seen != lines) {
                failures.add("stream: " + seen + " of " + lines + " lines");
            }
        });
    }

    Load webSockets(int clients, int messages) {
        return run("websocket", clients, (gateway, span) -> {
            int expected = floor.get();
            Echo echo = new Echo();
            WebSocket socket = http.newWebSocketBuilder()
                    .buildAsync(URI.create("ws://127.0.0.1:" + (port + gateway - 1) + "/-/" + app + "/ws"), echo)
                    .get(30, TimeUnit.SECONDS);
            span.opened = System.nanoTime();
            for (int i = 0; i < messages; i++) {
                echo.next = new CompletableFuture<>();
                long before = System.nanoTime();
                socket.sendText("m" + i, true).get(10, TimeUnit.SECONDS);
                String answer = echo.next.get(10, TimeUnit.SECONDS);
                String[] parts = answer.split(":");
                span.mode = parts[0];
                span.alive = before;
                if (!parts[1].equals("m" + i) || newest.get(parts[0]) < expected) {
                    failures.add("websocket: " + answer + " where v" + expected + " was live");
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(10, TimeUnit.SECONDS);
            echo.closed.get(10, TimeUnit.SECONDS);
        });
    }

    private static final class Echo implements WebSocket.Listener {
        private final CompletableFuture<Void> closed = new CompletableFuture<>();
        private final StringBuilder begun = new StringBuilder();
        private volatile CompletableFuture<String> next = new CompletableFuture<>();

        /** A message may come in parts, as the network cuts it. */
        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            begun.append(data);
            if (last) {
                next.complete(begun.toString());
                begun.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            closed.complete(null);
            next.completeExceptionally(new IllegalStateException("closed with " + status));
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable fault) {
            closed.completeExceptionally(fault);
            next.completeExceptionally(fault);
        }
    }

    private Load run(String kind, int clients, Kind request) {
        LongAdder count = done.computeIfAbsent(kind, name -> new LongAdder());
        for (int i = 0; i < clients; i++) {
            int gateway = gateways[i % gateways.length];
            threads.add(Thread.ofVirtual().name(kind + "-" + i).start(() -> {
                while (!stopping) {
                    Span span = new Span();
                    spans.add(span);
                    try {
                        request.once(gateway, span);
                        count.increment();
                        span.ended = System.nanoTime();
                        TimeUnit.MILLISECONDS.sleep(pauseMillis);
                    } catch (Exception fault) {
                        failures.add(kind + " by gateway " + gateway + ": " + fault);
                    }
                }
            }));
        }
        return this;
    }

    private HttpRequest.Builder request(int gateway, String path) {
        return LocalBerth.requestAt(port + gateway - 1, app, path);
    }

    private void check(String kind, HttpResponse<?> answer, int expected) {
        if (answer.statusCode() != 200) {
            failures.add(kind + ": " + answer.statusCode() + " " + answer.body());
            return;
        }
        int version = newest.get(answer.headers().firstValue("x-mode").orElse("none"));
        if (version < expected) {
            failures.add(kind + ": answered by v" + version + " though v" + expected + " was live before it was sent");
        }
    }

    long count(String kind) {
        return done.get(kind).sum();
    }

    /** Ends the load; what is under way is let finish. */
    @Override
    public void close() throws InterruptedException {
        stopping = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
