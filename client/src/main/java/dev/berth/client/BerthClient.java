package dev.berth.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A gateway's REST API. Answers are the API's JSON. Every method throws {@link BerthException} where the gateway refuses
 * or does not answer. Safe on any thread.
 */
public final class BerthClient {
    /** What a deploy says beside its manifest; empty texts for what it does not say. */
    public record DeployOptions(String name, String strategy, String tag, String commit, boolean force) {}

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5)).build();
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

    public JsonNode deploy(String app, String manifest, String sourceDigest, DeployOptions options) {
        return send("POST", app(app) + "/versions", deployBody(manifest, sourceDigest, options));
    }

    public JsonNode plan(String app, String manifest, String sourceDigest, DeployOptions options) {
        return send("POST", app(app) + "/plan", deployBody(manifest, sourceDigest, options));
    }

    private ObjectNode deployBody(String manifest, String sourceDigest, DeployOptions options) {
        return json.createObjectNode().put("manifest", manifest).put("sourceDigest", sourceDigest)
                .put("strategy", options.strategy()).put("tag", options.tag()).put("commit", options.commit())
                .put("force", options.force());
    }

    public boolean hasSource(String digest) {
        return send("GET", "/v1/sources/" + digest, null).path("present").asBoolean();
    }

    public void uploadSource(String digest, Path file) throws FileNotFoundException {
        execute(request("/v1/sources/" + digest).header("Content-Type", "application/octet-stream")
                .PUT(HttpRequest.BodyPublishers.ofFile(file)).timeout(Duration.ofMinutes(10)).build());
    }

    public JsonNode apps() {
        return send("GET", environments() + "/apps", null);
    }

    public JsonNode show(String app) {
        return send("GET", app(app), null);
    }

    public JsonNode versions(String app) {
        return send("GET", app(app) + "/versions", null);
    }

    public JsonNode version(String app, int version) {
        return send("GET", app(app) + "/versions/" + version, null);
    }

    /** @param version 0 for the one that was live before */
    public JsonNode rollback(String app, int version) {
        ObjectNode body = json.createObjectNode();
        if (version > 0) {
            body.put("version", version);
        }
        return send("POST", app(app) + "/rollback", body);
    }

    public JsonNode rollover(String app) {
        return send("POST", app(app) + "/rollover", json.createObjectNode());
    }

    public JsonNode stop(String app) {
        return send("DELETE", app(app), null);
    }

    /** @param app empty for the whole environment */
    public JsonNode containers(String app) {
        return send("GET", app.isEmpty() ? environments() + "/containers" : app(app) + "/containers", null);
    }

    public JsonNode nodes() {
        return send("GET", "/v1/nodes", null);
    }

    public JsonNode environmentList() {
        return send("GET", "/v1/environments", null);
    }

    public JsonNode createEnvironment(String name) {
        return send("POST", "/v1/environments", json.createObjectNode().put("name", name));
    }

    public void deleteEnvironment(String name) {
        send("DELETE", "/v1/environments/" + encode(name), null);
    }

    public JsonNode createToken(String user) {
        return send("POST", "/v1/tokens", json.createObjectNode().put("user", user));
    }

    public JsonNode tokens() {
        return send("GET", "/v1/tokens", null);
    }

    public JsonNode revokeToken(String id) {
        return send("DELETE", "/v1/tokens/" + encode(id), null);
    }

    /**
     * Container output, a line at a time; with {@code follow} it ends when the connection does.
     *
     * @param container empty for all of the app
     */
    public void logs(String app, String container, boolean follow, Consumer<JsonNode> receiver) {
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
                        receiver.accept(json.readTree(line));
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
        return HttpRequest.newBuilder(URI.create(server + path)).header("Authorization", "Bearer " + token)
                .header("Accept", "application/json, application/x-ndjson, application/problem+json");
    }

    private JsonNode send(String method, String path, JsonNode body) {
        HttpRequest.Builder request = request(path).timeout(PATIENCE);
        if (body == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json").method(method,
                    HttpRequest.BodyPublishers.ofString(body.toString()));
        }
        return execute(request.build());
    }

    private JsonNode execute(HttpRequest request) {
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() >= 400) {
                throw refusal(answer.statusCode(), answer.body());
            }
            return answer.body().isEmpty() ? json.createObjectNode() : json.readTree(answer.body());
        } catch (JsonProcessingException broken) {
            throw new BerthException(0, server + " is no Berth gateway: its answer is not JSON", List.of());
        } catch (IOException fault) {
            throw unreachable(fault);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BerthException(0, "interrupted", List.of());
        }
    }

    private BerthException unreachable(IOException fault) {
        String why = fault.getMessage() == null ? fault.getClass().getSimpleName() : fault.getMessage();
        return new BerthException(0, "no gateway answers at " + server + " (" + why
                + "); start one with `berth up`, or set BERTH_SERVER", List.of());
    }

    private BerthException refusal(int status, String body) {
        try {
            JsonNode problem = json.readTree(body);
            List<BerthException.Problem> problems = new ArrayList<>();
            problem.path("problems").forEach(one -> problems
                    .add(new BerthException.Problem(one.path("path").asText(""), one.path("message").asText(""))));
            String detail = problem.path("detail").asText("");
            return new BerthException(status, detail.isEmpty() ? "HTTP status " + status : detail, problems);
        } catch (JsonProcessingException notJson) {
            return new BerthException(status, "HTTP status " + status, List.of());
        }
    }
}
