package dev.berth.gateway.api;

import com.google.protobuf.UnsafeByteOperations;
import dev.berth.gateway.client.Services;
import dev.berth.protocol.v1.SourceChunk;
import dev.berth.protocol.v1.SourceInfo;
import dev.berth.protocol.v1.SourceRef;
import dev.berth.protocol.v1.SourceUpload;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestPath;

/** Source bundles: asked for by digest, and uploaded where they are missing. */
@Path("/v1/sources/{digest}")
@Produces(MediaType.APPLICATION_JSON)
public class SourcesApi {
    private static final Logger LOG = Logger.getLogger(SourcesApi.class);
    private static final int CHUNK = 1 << 20;

    public record SourceView(String digest, boolean present, long bytes) {}

    private final Services services;

    SourcesApi(Services services) {
        this.services = services;
    }

    @GET
    public Uni<SourceView> find(@RestPath String digest) {
        check(digest);
        return services.registry()
                .findSource(SourceRef.newBuilder().setDigest(digest).build())
                .map(SourcesApi::view);
    }

    /** A chunk at a time: the next is read when the registry has stored the one before. */
    @PUT
    @Consumes(MediaType.APPLICATION_OCTET_STREAM)
    @Blocking
    public SourceView upload(@RestPath String digest, InputStream body) throws IOException {
        check(digest);
        SourceUpload.Builder upload = SourceUpload.newBuilder()
                .setUpload(UUID.randomUUID().toString())
                .setDigest(digest);
        try {
            for (byte[] data = body.readNBytes(CHUNK); data.length > 0; data = body.readNBytes(CHUNK)) {
                services.registry()
                        .putSourceChunk(SourceChunk.newBuilder()
                                .setUpload(upload.getUpload())
                                .setIndex(upload.getChunks())
                                .setData(UnsafeByteOperations.unsafeWrap(data))
                                .build())
                        .await()
                        .indefinitely();
                upload.setChunks(upload.getChunks() + 1);
            }
            return view(
                    services.registry().completeSource(upload.build()).await().indefinitely());
        } catch (IOException | RuntimeException fault) {
            services.registry()
                    .dropSource(upload.build())
                    .subscribe()
                    .with(
                            dropped -> LOG.debugf("dropped an upload of %s", digest),
                            left -> LOG.debugf("the registry will collect an upload of %s", digest));
            throw fault;
        }
    }

    private static void check(String digest) {
        if (!digest.matches("[0-9a-f]{64}")) {
            throw new WebApplicationException("a source's digest is 64 lower-case hex digits: its SHA-256", 400);
        }
    }

    private static SourceView view(SourceInfo info) {
        return new SourceView(info.getDigest(), info.getPresent(), info.getBytes());
    }
}
