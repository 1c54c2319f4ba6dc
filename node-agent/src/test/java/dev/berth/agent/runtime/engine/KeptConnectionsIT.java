package dev.berth.agent.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An engine that was ended and begun again is asked as before, however many connections to it were kept. */
class KeptConnectionsIT {
    private static final int KEPT = 8;

    @Test
    @Timeout(120)
    void nothingThatIsAskedFailsByAConnectionThatWasKept() throws Exception {
        try (TestEngine engine = TestEngine.own(TestKind.DOCKER);
                Engine connection = Engine.connect(engine.settings())) {
            beginAgain(engine, connection);
        }
    }

    @Test
    @Timeout(120)
    void norByOneOfTcp() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        URI address = URI.create("tcp://127.0.0.1:" + port);
        try (TestEngine engine = TestEngine.own(TestKind.DOCKER, "--host=" + address, "--tls=false");
                Engine connection = Engine.connect(new EngineSettings(address, Optional.empty()))) {
            beginAgain(engine, connection);
        }
    }

    private static void beginAgain(TestEngine engine, Engine connection) throws Exception {
        assertThat(listed(connection)).contains(TestEngine.IMAGE);
        CyclicBarrier together = new CyclicBarrier(KEPT);
        try (ExecutorService threads = Executors.newFixedThreadPool(KEPT)) {
            List<Callable<Integer>> calls = new ArrayList<>();
            for (int i = 0; i < KEPT; i++) {
                calls.add(() -> connection.ask("list", client -> {
                    await(together);
                    return client.listImagesCmd().exec().size();
                }));
            }
            for (Future<Integer> call : threads.invokeAll(calls)) {
                assertThat(call.get()).isEqualTo(1);
            }
        }
        engine.crash();
        engine.begin();
        connection.isThere();
        assertThat(listed(connection)).contains(TestEngine.IMAGE);
        assertThat(connection.<Integer>ask(
                        "list", client -> client.listImagesCmd().exec().size()))
                .isEqualTo(1);
        assertThat(connection.find(
                        "look for nothing",
                        client -> client.inspectContainerCmd("nothing").exec()))
                .isEmpty();
    }

    private static String listed(Engine connection) throws IOException {
        try (EngineStream images = connection.stream("list images", "/images/json")) {
            return new String(images.body().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception broken) {
            throw new IllegalStateException(broken);
        }
    }
}
