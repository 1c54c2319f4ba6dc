package dev.berth.cli.local;

import dev.berth.protocol.given.GivenNats;
import dev.berth.protocol.given.Problem;
import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamOptions;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * BERTH_NATS_URL, a NATS of the user's own.
 *
 * @param user of the services, where the URL itself names none; likewise the password
 */
record NatsUrl(String url, String user, String password) {
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration ANSWER = Duration.ofSeconds(1);

    /** Asks the server once, so that whoever named it hears what is wrong with it, not that services end. */
    void check() throws IOException {
        Optional<Problem> problem = look(new GivenNats(url));
        if (problem.isPresent()) {
            throw new IOException(problem.get().sentence());
        }
    }

    private Optional<Problem> look(GivenNats nats) throws IOException {
        try (Connection connection = Nats.connect(options())) {
            Optional<Problem> problem = nats.look(connection);
            return problem.isPresent() ? problem : account(nats, connection);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        } catch (IOException | IllegalArgumentException fault) {
            return Optional.of(nats.problem(fault));
        }
    }

    /** Whether the account has JetStream. A part's own user may not ask, and gets no answer: then its service will say it. */
    private static Optional<Problem> account(GivenNats nats, Connection connection) {
        try {
            connection
                    .jetStreamManagement(
                            JetStreamOptions.builder().requestTimeout(ANSWER).build())
                    .getAccountStatistics();
        } catch (JetStreamApiException refused) {
            return Optional.of(nats.problem(refused));
        } catch (IOException noAnswer) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    private Options options() {
        return Options.builder()
                .server(url)
                .userInfo(user, password)
                .connectionName("up")
                .maxReconnects(0)
                .connectionTimeout(PATIENCE)
                .errorListener(
                        new ErrorListener() {
                            // What it would print is said once, by us.
                        })
                .build();
    }
}
