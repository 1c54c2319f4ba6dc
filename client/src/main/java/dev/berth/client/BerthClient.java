package dev.berth.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A gateway's REST API, a method for each of its operations, with the records of its contract. Every method throws {@link BerthException} where the gateway refuses
 * or does not answer. Safe on any thread.
 */
public final class BerthClient {
    /** What a deploy says beside its manifest; empty texts for what it does not say. */
    public record DeployOptions(String name, String strategy, String tag, String commit, boolean force) {}

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final String server;
    private final String token;
    private final String environment;

    /** @param server such as {@code http://localhost:8080} */
    public BerthClient(String server, String token, String environment) {
        this.server = server.endsWith("/") ? server.substring(0, server.length() - 1) : server;
        this.token = token;
        this.environment = environment;
    }

    public String server() {
        return server;
    }

    /**
     * Makes a new version, unless nothing has changed.
     *
     * @param manifest its text, YAML or JSON
     * @param sourceDigest of a bundle that was uploaded; empty for none
     * @return the version, whose rollout goes on; {@link Version#created} says whether it is a new one
     */
    public Version deploy(String app, String manifest, String sourceDigest, DeployOptions options) {
        return one(Version.class, "POST", app(app) + "/versions", deployBody(manifest, sourceDigest, options));
    }

    /** What {@link #deploy} would do. */
    public Plan plan(String app, String manifest, String sourceDigest, DeployOptions options) {
        return one(Plan.class, "POST", app(app) + "/plan", deployBody(manifest, sourceDigest, options));
    }

    private static Map<String, Object> deployBody(String manifest, String sourceDigest, DeployOptions options) {
        return Map.of(
                "manifest",
                manifest,
                "sourceDigest",
                sourceDigest,
                "strategy",
                options.strategy(),
                "tag",
                options.tag(),
                "commit",
                options.commit(),
                "force",
                options.force());
    }

    private record Source(boolean present) {}

    public boolean hasSource(String digest) {
        return one(Source.class, "GET", "/v1/sources/" + digest, null).present();
    }

    public void uploadSource(String digest, Path file) throws FileNotFoundException {
        execute(request("/v1/sources/" + digest)
                .header("Content-Type", "application/octet-stream")
                .PUT(HttpRequest.BodyPublishers.ofFile(file))
                .timeout(Duration.ofMinutes(10))
                .build());
    }

    /** Every app of the environment, by name. */
    public List<App> apps() {
        return list(App.class, environments() + "/apps");
    }

    public App show(String app) {
        return one(App.class, "GET", app(app), null);
    }

    /** Newest first. */
    public List<Version> versions(String app) {
        return list(Version.class, app(app) + "/versions");
    }

    public Version version(String app, int version) {
        return one(Version.class, "GET", app(app) + "/versions/" + version, null);
    }

    /** @param version 0 for the one that was live before */
    public Version rollback(String app, int version) {
        return one(Version.class, "POST", app(app) + "/rollback", version > 0 ? Map.of("version", version) : Map.of());
    }

    /** Replaces every container by a new one of the same spec, as a new version. */
    public Version rollover(String app) {
        return one(Version.class, "POST", app(app) + "/rollover", Map.of());
    }

    /** Drains and ends all of an app's containers; its record is kept until {@link App#collectAt}. */
    public App stop(String app) {
        return one(App.class, "DELETE", app(app), null);
    }

    /** @param app empty for the whole environment */
    public List<Container> containers(String app) {
        return list(Container.class, app.isEmpty() ? environments() + "/containers" : app(app) + "/containers");
    }

    public List<Node> nodes() {
        return list(Node.class, "/v1/nodes");
    }

    public List<Environment> environmentList() {
        return list(Environment.class, "/v1/environments");
    }

    public Environment createEnvironment(String name) {
        return one(Environment.class, "POST", "/v1/environments", Map.of("name", name));
    }

    /** @throws BerthException status 409 while it has apps, stopped ones too */
    public void deleteEnvironment(String name) {
        send("DELETE", "/v1/environments/" + encode(name), null);
    }

    /** @return the one answer that has the token's secret */
    public Token createToken(String user) {
        return one(Token.class, "POST", "/v1/tokens", Map.of("user", user));
    }

    public List<Token> tokens() {
        return list(Token.class, "/v1/tokens");
    }

    public Token revokeToken(String id) {
        return one(Token.class, "DELETE", "/v1/tokens/" + encode(id), null);
    }

    /**
     * Container output, a line at a time; with {@code follow} it ends when the connection does.
     *
     * @param container empty for all of the app
     */
    public void logs(String app, String container, boolean follow, Consumer<LogLine> receiver) {
        String query = "?follow=" + follow + (container.isEmpty() ? "" : "&container=" + encode(container));
        HttpRequest request = request(app(app) + "/logs" + query).GET().build();
        try {
            HttpResponse<InputStream> answer = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                if (answer.statusCode() >= 400) {
                    throw refusal(answer.statusCode(), new String(body.readAllBytes(), StandardCharsets.UTF_8));
                }
                BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (!line.isBlank()) {
                        receiver.accept(ApiJson.read(line, LogLine.class));
                    }
                }
            }
        } catch (IOException fault) {
            throw unreachable(fault);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private String environments() {
        return "/v1/environments/" + encode(environment);
    }

    private String app(String app) {
        return environments() + "/apps/" + encode(app);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server + path))
                .header("Authorization", "Bearer " + token)
                .header("Accept", "application/json, application/x-ndjson, application/problem+json");
    }

    private interface Reading<T> {
        T read(String text) throws JsonProcessingException;
    }

    private <T> T one(Class<T> type, String method, String path, Map<String, ?> body) {
        return read(send(method, path, body), text -> ApiJson.read(text, type));
    }

    private <T> List<T> list(Class<T> type, String path) {
        return read(send("GET", path, null), text -> ApiJson.readList(text, type));
    }

    private <T> T read(String text, Reading<T> reading) {
        try {
            return reading.read(text);
        } catch (JsonProcessingException broken) {
            throw new BerthException(0, server + " is no Berth gateway: its answer is not what one says", List.of());
        }
    }

    private String send(String method, String path, Map<String, ?> body) {
        HttpRequest.Builder request = request(path).timeout(PATIENCE);
        if (body == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json")
                    .method(
                            method,
                            HttpRequest.BodyPublishers.ofString(ApiJson.of(body).toString()));
        }
        return execute(request.build());
    }

    private String execute(HttpRequest request) {
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() >= 400) {
                throw refusal(answer.statusCode(), answer.body());
            }
            return answer.body();
        } catch (IOException fault) {
            throw unreachable(fault);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BerthException(0, "interrupted", List.of());
        }
    }

    private BerthException unreachable(IOException fault) {
        String why = fault.getMessage() == null ? fault.getClass().getSimpleName() : fault.getMessage();
        return new BerthException(
                0,
                "no gateway answers at " + server + " (" + why + "); start one with `berth up`, or set BERTH_SERVER",
                List.of());
    }

    private record Refusal(String detail, List<BerthException.Problem> problems) {}

    private static BerthException refusal(int status, String body) {
        try {
            Refusal refusal = ApiJson.read(body, Refusal.class);
            return new BerthException(
                    status,
                    refusal == null || refusal.detail() == null ? "HTTP status " + status : refusal.detail(),
                    refusal == null || refusal.problems() == null ? List.of() : refusal.problems());
        } catch (JsonProcessingException notJson) {
            return new BerthException(status, "HTTP status " + status, List.of());
        }
    }
}
