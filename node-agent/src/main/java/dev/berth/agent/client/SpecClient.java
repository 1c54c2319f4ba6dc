package dev.berth.agent.client;

import dev.berth.agent.container.ContainerSpec;
import dev.berth.agent.store.Specs;
import dev.berth.chassis.key.ClusterKeyClient;
import dev.berth.protocol.v1.Registry;
import dev.berth.protocol.v1.SpecRef;
import io.grpc.StatusRuntimeException;
import io.quarkus.grpc.GrpcClient;
import io.quarkus.grpc.RegisterClientInterceptor;
import io.smallrye.mutiny.TimeoutException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/** Fetches specs of containers. Blocks: to be called from a thread of its own. */
@ApplicationScoped
public class SpecClient {
    private final Registry registry;
    /** Those under way: a function's containers all need the same one at once. */
    private final Map<String, CompletableFuture<Void>> fetching = new ConcurrentHashMap<>();

    protected SpecClient(@GrpcClient("registry") @RegisterClientInterceptor(ClusterKeyClient.class) Registry registry) {
        this.registry = registry;
    }

    /**
     * The spec of a digest; fetched where it is not kept yet.
     *
     * @param patience how long the registry may be away while it is fetched
     */
    public ContainerSpec fetch(String digest, Specs specs, Duration patience) throws IOException {
        long until = System.nanoTime() + patience.toNanos();
        CompletableFuture<Void> own = new CompletableFuture<>();
        while (true) {
            CompletableFuture<Void> other = fetching.putIfAbsent(digest, own);
            if (other == null) {
                try {
                    Optional<ContainerSpec> kept = specs.find(digest);
                    return kept.isPresent() ? kept.get() : ask(digest, specs, until);
                } finally {
                    fetching.remove(digest);
                    own.complete(null);
                }
            }
            // Whether it was got or not: who waited looks for itself, with what is left of its own patience.
            await(other);
        }
    }

    private static void await(CompletableFuture<Void> other) throws IOException {
        try {
            other.get();
        } catch (InterruptedException | ExecutionException unneeded) {
            Thread.currentThread().interrupt();
            throw new IOException("nobody waits for its spec any more", unneeded);
        }
    }

    private ContainerSpec ask(String digest, Specs specs, long until) throws IOException {
        try {
            SpecRef ref = SpecRef.newBuilder().setDigest(digest).build();
            return specs.keep(
                    digest,
                    Asking.until(until, () -> registry.getContainerSpec(ref))
                            .getData()
                            .toByteArray());
        } catch (StatusRuntimeException | TimeoutException fault) {
            throw new IOException("its spec could not be fetched from the registry: " + fault.getMessage(), fault);
        }
    }
}
