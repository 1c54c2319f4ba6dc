package dev.berth.agent.runtime.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Credentials for registries, where Docker's own client keeps them ({@code docker login}): in its config.json, or with the
 * programs that it names. They are looked up for each pull, so that a login counts at once.
 */
public final class Credentials {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int HELPER_SECONDS = 20;
    /** By this user name a helper says that the secret is a token. */
    private static final String TOKEN = "<token>";

    private final Path config;
    private final String path;

    /** @param config the file, which need not be there */
    public Credentials(Path config) {
        this(config, System.getenv().getOrDefault("PATH", ""));
    }

    /** @param path where the programs are, as PATH has it */
    Credentials(Path config, String path) {
        this.config = config;
        this.path = path;
    }

    /**
     * As the engine wants them with a pull; empty where there are none.
     *
     * @throws IOException where the file or its program can't be read; the words say which
     */
    Optional<String> header(ImageReference image) throws IOException {
        if (!Files.exists(config)) {
            return Optional.empty();
        }
        JsonNode root = read();
        String helper = helper(root, image.server());
        Optional<ObjectNode> found = helper.isEmpty() ? kept(root, image.server()) : asked(helper, image.server());
        return found.map(each -> Base64.getUrlEncoder()
                .encodeToString(
                        each.put("serveraddress", image.server()).toString().getBytes(StandardCharsets.UTF_8)));
    }

    private JsonNode read() throws IOException {
        try {
            return JSON.readTree(config.toFile());
        } catch (IOException unreadable) {
            throw new IOException(config + " can't be read: " + unreadable.getMessage(), unreadable);
        }
    }

    private static String helper(JsonNode root, String server) {
        String own = root.path("credHelpers").path(server).asText("");
        return own.isEmpty() ? root.path("credsStore").asText("") : own;
    }

    private static Optional<ObjectNode> kept(JsonNode root, String server) {
        for (var entry : root.path("auths").properties()) {
            if (host(entry.getKey()).equals(host(server))) {
                return auth(entry.getValue());
            }
        }
        return Optional.empty();
    }

    /** Of a host name, or of an address that begins and ends somehow. */
    private static String host(String server) {
        String host = server.replaceFirst("^https?://", "").replaceFirst("/.*$", "");
        return host.equals("docker.io") ? "index.docker.io" : host;
    }

    private static Optional<ObjectNode> auth(JsonNode entry) {
        String token = entry.path("identitytoken").asText("");
        if (!token.isEmpty()) {
            return Optional.of(JSON.createObjectNode().put("identitytoken", token));
        }
        String pair = entry.path("auth").asText("");
        if (pair.isEmpty()) {
            return entry.has("username")
                    ? Optional.of(user(
                            entry.path("username").asText(),
                            entry.path("password").asText()))
                    : Optional.empty();
        }
        String both = new String(Base64.getMimeDecoder().decode(pair), StandardCharsets.UTF_8);
        int colon = both.indexOf(':');
        return colon < 0
                ? Optional.empty()
                // Some old clients end them with NULs.
                : Optional.of(
                        user(both.substring(0, colon), both.substring(colon + 1).replace("\0", "")));
    }

    private static ObjectNode user(String name, String password) {
        return JSON.createObjectNode().put("username", name).put("password", password);
    }

    private String found(String program) throws IOException {
        for (String folder : path.split(":", -1)) {
            Path file = Path.of(folder, program);
            if (!folder.isEmpty() && Files.isExecutable(file)) {
                return file.toString();
            }
        }
        throw new IOException("it is not on the agent's PATH");
    }

    private Optional<ObjectNode> asked(String helper, String server) throws IOException {
        String program = "docker-credential-" + helper;
        Process process;
        try {
            process = new ProcessBuilder(found(program), "get")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException absent) {
            throw new IOException(
                    program + ", which Docker's config.json names, can't be run: " + absent.getMessage(), absent);
        }
        try {
            process.getOutputStream().write(server.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            if (!process.waitFor(HELPER_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(program + " does not answer within " + HELPER_SECONDS + " s");
            }
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.exitValue() != 0) {
                if (said.contains("not found")) {
                    return Optional.empty();
                }
                throw new IOException(program + " gives no credentials for " + server + ": " + said.strip());
            }
            JsonNode answer = JSON.readTree(said);
            String name = answer.path("Username").asText();
            String secret = answer.path("Secret").asText();
            return Optional.of(
                    name.equals(TOKEN) ? JSON.createObjectNode().put("identitytoken", secret) : user(name, secret));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + program + " was asked", interrupted);
        } finally {
            process.destroyForcibly();
        }
    }
}
