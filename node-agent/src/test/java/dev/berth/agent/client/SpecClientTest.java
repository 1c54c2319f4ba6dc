package dev.berth.agent.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.berth.agent.store.Specs;
import dev.berth.protocol.v1.ContainerSpec;
import dev.berth.protocol.v1.Registry;
import dev.berth.protocol.v1.SpecBytes;
import dev.berth.protocol.v1.SpecRef;
import dev.berth.protocol.v1.WebSpec;
import io.grpc.Status;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpecClientTest {
    private static final byte[] SPEC = ContainerSpec.newBuilder()
            .setWeb(WebSpec.getDefaultInstance())
            .addCommand("run")
            .build()
            .toByteArray();
    private static final String DIGEST = Specs.digest(SPEC);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path state;

    private Specs specs;
    private final AtomicInteger asked = new AtomicInteger();

    @BeforeEach
    void open() throws IOException {
        specs = new Specs(state);
    }

    /** A registry that answers the n-th question for a spec, from 1 on. */
    private SpecClient client(Function<Integer, byte[]> answers) {
        return new SpecClient((Registry) Proxy.newProxyInstance(
                Registry.class.getClassLoader(), new Class<?>[] {Registry.class}, (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("getContainerSpec");
                    assertThat(((SpecRef) arguments[0]).getDigest()).isEqualTo(DIGEST);
                    return Uni.createFrom()
                            .item(() -> SpecBytes.newBuilder()
                                    .setData(ByteString.copyFrom(answers.apply(asked.incrementAndGet())))
                                    .build());
                }));
    }

    @Test
    void specIsAskedForOnceHoweverManyContainersNeedIt() throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        SpecClient client = client(question -> {
            try {
                answered.await();
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
            return SPEC;
        });
        List<CompletableFuture<String>> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            CompletableFuture<String> one = new CompletableFuture<>();
            all.add(one);
            Thread.ofVirtual().start(() -> {
                try {
                    one.complete(client.fetch(DIGEST, specs, PATIENCE).digest());
                } catch (IOException fault) {
                    one.completeExceptionally(fault);
                }
            });
        }
        answered.countDown();
        for (CompletableFuture<String> one : all) {
            assertThat(one.get()).isEqualTo(DIGEST);
        }
        client.fetch(DIGEST, new Specs(state), PATIENCE);
        assertThat(asked).hasValue(1);
    }

    @Test
    void registryThatIsAwayForAWhileIsAskedAgain() throws IOException {
        SpecClient client = client(question -> {
            if (question < 4) {
                throw Status.UNAVAILABLE.asRuntimeException();
            }
            return SPEC;
        });
        assertThat(client.fetch(DIGEST, specs, PATIENCE).command()).containsExactly("run");
        assertThat(asked).hasValue(4);
    }

    @Test
    void registryThatStaysAwayIsAReasonAndTheNextContainerAsksAnew() throws IOException {
        SpecClient client = client(question -> {
            if (question == 1) {
                throw Status.UNAVAILABLE.withDescription("no route").asRuntimeException();
            }
            return SPEC;
        });
        assertThatThrownBy(() -> client.fetch(DIGEST, specs, Duration.ZERO))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("its spec could not be fetched from the registry")
                .hasMessageContaining("no route");
        assertThat(client.fetch(DIGEST, specs, Duration.ZERO).digest()).isEqualTo(DIGEST);
    }

    @Test
    void specThatTheRegistryDoesNotHaveIsNotWaitedFor() {
        SpecClient client = client(question -> {
            throw Status.NOT_FOUND.asRuntimeException();
        });
        assertThatThrownBy(() -> client.fetch(DIGEST, specs, PATIENCE)).isInstanceOf(IOException.class);
        assertThat(asked).hasValue(1);
    }

    @Test
    void otherBytesAreRefusedAndNotKept() {
        SpecClient client = client(question -> new byte[] {1});
        assertThatThrownBy(() -> client.fetch(DIGEST, specs, PATIENCE)).hasMessageContaining("have digest");
        assertThat(state.resolve("specs").resolve(DIGEST)).doesNotExist();
    }

    @Test
    void tornFileIsFetchedAgain() throws IOException {
        SpecClient client = client(question -> SPEC);
        client.fetch(DIGEST, specs, PATIENCE);
        Files.write(state.resolve("specs").resolve(DIGEST), new byte[] {1});
        client.fetch(DIGEST, specs, PATIENCE);
        assertThat(asked).hasValue(2);
        assertThat(state.resolve("specs").resolve(DIGEST)).hasBinaryContent(SPEC);
    }
}
