package dev.berth.agent.runtime.engine;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where an engine is.
 *
 * @param host unix:///path or tcp://host:port
 * @param certificates folder of ca.pem, cert.pem and key.pem; empty where it is asked without TLS
 */
public record EngineSettings(URI host, Optional<Path> certificates) {
    private static final String USUAL = "unix:///var/run/docker.sock";

    /** @throws IllegalArgumentException where nobody could connect by it; its words are for the user */
    public EngineSettings {
        boolean local = "unix".equals(host.getScheme())
                && host.getPath() != null
                && host.getPath().startsWith("/");
        boolean remote = "tcp".equals(host.getScheme()) && host.getHost() != null && host.getPort() > 0;
        if (!local && !remote) {
            throw new IllegalArgumentException(
                    "DOCKER_HOST is " + host + "; it must be unix:///path/of/a/socket or tcp://host:port");
        }
    }

    /** By the variables that Docker's own client reads: DOCKER_HOST, DOCKER_TLS_VERIFY, DOCKER_CERT_PATH. */
    public static EngineSettings of(Map<String, String> environment) {
        String host = environment.getOrDefault("DOCKER_HOST", "");
        boolean tls = !environment.getOrDefault("DOCKER_TLS_VERIFY", "").isEmpty();
        String certificates = environment.getOrDefault("DOCKER_CERT_PATH", "");
        if (tls && certificates.isEmpty()) {
            throw new IllegalArgumentException("DOCKER_TLS_VERIFY is set, but not DOCKER_CERT_PATH: it must name the"
                    + " folder of ca.pem, cert.pem and key.pem");
        }
        return new EngineSettings(
                URI.create(host.isEmpty() ? USUAL : host), tls ? Optional.of(Path.of(certificates)) : Optional.empty());
    }

    /** @throws IOException where a file is missing: without them an engine would be asked in the clear */
    void checkCertificates() throws IOException {
        if (certificates.isPresent()) {
            for (String file : List.of("ca.pem", "cert.pem", "key.pem")) {
                if (!Files.isReadable(certificates.get().resolve(file))) {
                    throw new IOException("DOCKER_CERT_PATH is " + certificates.get()
                            + ", where this agent can read no " + file + ": put ca.pem, cert.pem and key.pem there");
                }
            }
        }
    }

    /** Whether its processes and its files are those of this host. */
    boolean local() {
        return "unix".equals(host.getScheme());
    }
}
