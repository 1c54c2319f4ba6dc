package dev.berth.agent.runtime.engine;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.Version;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.core.RemoteApiVersion;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A connection to an engine, by the API that both know. An engine that restarts is asked again by the same one. */
public final class Engine implements AutoCloseable {
    private static final Duration CONNECTS_WITHIN = Duration.ofSeconds(5);
    /** To start a container may take it long, where its disk is slow. */
    private static final Duration ANSWERS_WITHIN = Duration.ofMinutes(2);
    /** Each running container's output is one. */
    private static final int MOST_CONNECTIONS = 10_000;

    /**
     * What it is.
     *
     * @param api by which it is asked
     * @param cpus that it has for containers
     */
    public record About(String name, String version, ApiVersion api, boolean podman, int cpus) {
        @Override
        public String toString() {
            return name + " " + version + " (API " + api + ")";
        }
    }

    private final EngineSettings settings;
    private final About about;
    private final DockerHttpClient answers;
    private final DockerHttpClient streams;
    private final DockerClient client;

    private Engine(EngineSettings settings, About about) {
        this.settings = settings;
        this.about = about;
        EngineClientConfig config = config(settings, about.api());
        answers = new KeptConnections(transport(config, ANSWERS_WITHIN));
        streams = new KeptConnections(transport(config, Duration.ZERO));
        client = DockerClientImpl.getInstance(config, answers);
    }

    /** @throws IOException where it can't be asked, or speaks no API that Berth does; its words say what to do */
    public static Engine connect(EngineSettings settings) throws IOException {
        settings.checkCertificates();
        EngineClientConfig config = new EngineClientConfig(settings, RemoteApiVersion.UNKNOWN_VERSION);
        try (DockerHttpClient http = transport(config, ANSWERS_WITHIN);
                DockerClient unpinned = DockerClientImpl.getInstance(config, http)) {
            Version version = unpinned.versionCmd().exec();
            ApiVersion api = pin(version);
            Info info = unpinned.infoCmd().exec();
            return new Engine(settings, about(version, api, info.getNCPU()));
        } catch (RuntimeException fault) {
            throw EngineFaults.of(settings, "say what it is", fault);
        }
    }

    private static ApiVersion pin(Version version) throws IOException {
        ApiVersion newest = ApiVersion.parse(version.getApiVersion());
        String oldest = version.getMinAPIVersion();
        return ApiVersion.pin(oldest == null || oldest.isEmpty() ? newest : ApiVersion.parse(oldest), newest);
    }

    static About about(Version version, ApiVersion api, Integer cpus) {
        boolean podman = version.getComponents() != null
                && version.getComponents().stream().anyMatch(part -> "Podman Engine".equals(part.getName()));
        return new About(
                podman ? "Podman" : "Docker Engine", version.getVersion(), api, podman, cpus == null ? 0 : cpus);
    }

    private static EngineClientConfig config(EngineSettings settings, ApiVersion api) {
        return new EngineClientConfig(settings, RemoteApiVersion.create(api.major(), api.minor()));
    }

    private static DockerHttpClient transport(EngineClientConfig config, Duration answersWithin) {
        ZerodepDockerHttpClient.Builder builder = new ZerodepDockerHttpClient.Builder()
                .dockerHost(config.getDockerHost())
                .sslConfig(config.getSSLConfig())
                .maxConnections(MOST_CONNECTIONS)
                .connectionTimeout(CONNECTS_WITHIN);
        return (answersWithin.isZero() ? builder : builder.responseTimeout(answersWithin)).build();
    }

    public About about() {
        return about;
    }

    /** Where its images and containers are; empty where that is not a folder of this host. */
    public Optional<Path> folder() throws IOException {
        if (!local()) {
            return Optional.empty();
        }
        return find("say where its data is", client -> client.infoCmd().exec().getDockerRootDir())
                .map(Path::of)
                .filter(Files::isDirectory);
    }

    /** Whether its processes and its files are those of this host. */
    boolean local() {
        return settings.local();
    }

    /** @throws IOException where it does not answer */
    public void isThere() throws IOException {
        ask("say that it is there", client -> client.pingCmd().exec());
    }

    /** @param what is asked of it, as "start container c-1" */
    <T> T ask(String what, Function<DockerClient, T> request) throws IOException {
        try {
            return request.apply(client);
        } catch (RuntimeException fault) {
            throw EngineFaults.of(settings, what, fault);
        }
    }

    /** The same; empty where the engine knows nothing of that name. */
    <T> Optional<T> find(String what, Function<DockerClient, T> request) throws IOException {
        try {
            return Optional.ofNullable(request.apply(client));
        } catch (NotFoundException absent) {
            return Optional.empty();
        } catch (RuntimeException fault) {
            throw EngineFaults.of(settings, what, fault);
        }
    }

    /**
     * Opens an answer without an end.
     *
     * @param path with its query, after the API's version
     */
    EngineStream stream(String what, DockerHttpClient.Request.Method method, String path, Map<String, String> headers)
            throws IOException {
        DockerHttpClient.Request request = DockerHttpClient.Request.builder()
                .method(method)
                .path("/v" + about.api() + path)
                .headers(headers)
                .build();
        DockerHttpClient.Response response;
        try {
            response = streams.execute(request);
        } catch (RuntimeException fault) {
            throw EngineFaults.of(settings, what, fault);
        }
        return EngineStream.of(what, response);
    }

    EngineStream stream(String what, String path) throws IOException {
        return stream(what, DockerHttpClient.Request.Method.GET, path, Map.of());
    }

    @Override
    public void close() throws IOException {
        for (AutoCloseable each : List.of(client, answers, streams)) {
            try {
                each.close();
            } catch (Exception fault) {
                throw new IOException("the connection to the engine can't be closed", fault);
            }
        }
    }
}
