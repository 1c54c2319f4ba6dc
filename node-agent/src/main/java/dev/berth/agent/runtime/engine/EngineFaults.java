package dev.berth.agent.runtime.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.exception.DockerException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;

/** What an engine refuses, or why it can't be asked, in words that a user can act on. */
final class EngineFaults {
    private static final ObjectMapper JSON = new ObjectMapper();

    private EngineFaults() {}

    /**
     * What it is for whoever asked: {@link EngineAwayException} where nobody answered, or the engine lacks its own parts.
     *
     * @param what was asked of it, as "start container c-1"
     */
    static IOException of(EngineSettings engine, String what, Throwable fault) {
        String words = words(engine, what, fault);
        return refusal(fault).filter(said -> !said.contains("containerd.sock")).isPresent()
                ? new IOException(words, fault)
                : new EngineAwayException(words, fault);
    }

    /** True where nobody was there any more to read what was asked, so that it can be asked again without harm. */
    static boolean wasNeverHeard(Throwable fault) {
        return isIo(fault, "Broken pipe"::equals);
    }

    /** True where the connection ended before any answer; by TCP what was asked may have been heard. */
    static boolean isBrokenConnection(Throwable fault) {
        return isIo(
                fault,
                words -> words.equals("Broken pipe")
                        || words.startsWith("Connection reset")
                        || words.endsWith("failed to respond"));
    }

    private static boolean isIo(Throwable fault, Predicate<String> words) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException && cause.getMessage() != null && words.test(cause.getMessage())) {
                return true;
            }
        }
        return false;
    }

    private static Optional<String> refusal(Throwable fault) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (cause instanceof DockerException refused) {
                return Optional.of(message(refused.getMessage()));
            }
        }
        return Optional.empty();
    }

    /** @param what was asked of it, as "start container c-1" */
    static String words(EngineSettings engine, String what, Throwable fault) {
        return refusal(fault)
                .map(said -> refusal(what, said))
                .orElseGet(() -> "the engine at " + engine.host() + " can't be asked to " + what + ": "
                        + unreachable(engine, fault));
    }

    /** @param said by the engine */
    static String refusal(String what, String said) {
        return "the engine refuses to " + what + ": " + said + advice(said.toLowerCase(Locale.ROOT));
    }

    private static String advice(String said) {
        if (said.contains("no space left on device") || said.contains("disk quota exceeded")) {
            return "; its disk is full: make room under its data folder (docker system df says what takes it)";
        }
        if (said.contains("http request to an https server")) {
            return " It wants TLS: set DOCKER_TLS_VERIFY and DOCKER_CERT_PATH";
        }
        if (said.contains("minimum memory limit")) {
            return "; raise memory";
        }
        if (said.contains("rlimit")) {
            return "; the engine itself may not have as many: lower ulimits";
        }
        if (said.contains("no such image")) {
            return "; pull it, or build it on this node";
        }
        if (said.contains("unable to find user") || said.contains("no matching entries in passwd")) {
            return "; user must be a number, or a name that the image knows";
        }
        if (said.contains("bind source path does not exist")) {
            return "; the volume's folder has to be there on this node";
        }
        if (said.contains("address already in use") || said.contains("port is already allocated")) {
            return "; end who holds it, or leave web.port out of the manifest";
        }
        return "";
    }

    private static String unreachable(EngineSettings engine, Throwable fault) {
        String all = chain(fault).toLowerCase(Locale.ROOT);
        if (has(fault, SSLException.class) || all.contains("tls") || all.contains("malformed http response")) {
            return "TLS fails (" + root(fault) + "): DOCKER_TLS_VERIFY and DOCKER_CERT_PATH must fit the engine's";
        }
        if (all.contains("permission denied")) {
            return "permission denied: add the agent's user to the socket's group (docker), or run the agent as root";
        }
        if (has(fault, NoSuchFileException.class) || all.contains("no such file")) {
            return "there is no such socket: install and start Docker or Podman, or set DOCKER_HOST to where it listens";
        }
        if (all.contains("refused")) {
            return "nobody listens there: start the engine" + (engine.local() ? " (systemctl start docker)" : "");
        }
        if (has(fault, SocketTimeoutException.class) || all.contains("timed out")) {
            return "it does not answer in time: it hangs, or is overloaded";
        }
        return root(fault);
    }

    private static boolean has(Throwable fault, Class<? extends Throwable> kind) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (kind.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    private static String chain(Throwable fault) {
        StringBuilder all = new StringBuilder();
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            all.append(cause).append('\n');
        }
        return all.toString();
    }

    private static String root(Throwable fault) {
        Throwable root = fault;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }

    /** The engine's own words in {@code Status 404: {"message":"…"}}. */
    static String message(String body) {
        if (body == null) {
            return "no reason was given";
        }
        int begin = body.indexOf('{');
        if (begin >= 0) {
            try {
                JsonNode message = JSON.readTree(body.substring(begin)).path("message");
                return message.isTextual() ? message.asText().strip() : body.strip();
            } catch (JsonProcessingException other) {
                return body.strip();
            }
        }
        return body.strip();
    }
}
