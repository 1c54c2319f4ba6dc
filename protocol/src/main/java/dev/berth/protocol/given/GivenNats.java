package dev.berth.protocol.given;

import io.nats.client.AuthenticationException;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.ServerInfo;
import java.util.Locale;
import java.util.Optional;

/** The NATS that BERTH_NATS_URL names. */
public record GivenNats(String url) {
    public static final String SETTING = "BERTH_NATS_URL";
    private static final String OLDEST = "2.9.10";

    /** What a server that took the connection lacks; empty where all is well. */
    public Optional<Problem> look(Connection connection) {
        ServerInfo server = connection.getServerInfo();
        if (server.isOlderThanVersion(OLDEST)) {
            return Optional.of(Problem.lasting(SETTING + " names a NATS " + server.getVersion() + " (" + shown()
                    + "), and Berth needs " + OLDEST + " or newer: upgrade it, or name another"));
        }
        return server.isJetStreamAvailable() ? Optional.empty() : Optional.of(withoutJetStream());
    }

    /** Whether NATS' own word for what it did not like is that it does not know who asks. */
    public Optional<Problem> refusal(String error) {
        String words = error == null ? "" : error.toLowerCase(Locale.ROOT);
        return words.contains("authorization violation") || words.contains("authentication")
                ? Optional.of(problem(new AuthenticationException(error)))
                : Optional.empty();
    }

    /** Why no connection came of it, or why it is of no use. */
    public Problem problem(Exception fault) {
        return switch (fault) {
            case IllegalArgumentException noUrl ->
                Problem.lasting(SETTING + " must be like nats://user:password@host:4222");
            case AuthenticationException refused ->
                Problem.lasting(SETTING + ": NATS at " + shown()
                        + " refuses the user and password given: correct them, as in nats://user:password@host:4222, or in "
                        + "BERTH_NATS_USER and BERTH_NATS_PASSWORD");
            case JetStreamApiException refused -> withoutJetStream();
            default ->
                Problem.passing(SETTING + ": no NATS answers at " + shown() + ": start it, or correct the setting");
        };
    }

    private Problem withoutJetStream() {
        return Problem.lasting(SETTING + ": NATS at " + shown() + " has no JetStream for this user: start it with "
                + "jetstream enabled (nats-server -js), or name another");
    }

    /** Without its password. */
    private String shown() {
        return url.replaceAll("//[^/]*@", "//");
    }

    @Override
    public String toString() {
        return shown();
    }
}
