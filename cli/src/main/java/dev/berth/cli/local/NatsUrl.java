package dev.berth.cli.local;

import io.nats.client.AuthenticationException;
import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.JetStreamApiException;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.ServerInfo;
import java.io.IOException;
import java.time.Duration;

/**
 * BERTH_NATS_URL, a NATS of the user's own.
 *
 * @param user of the services, where the URL itself names none; likewise the password
 */
record NatsUrl(String url, String user, String password) {
    static final String SETTING = "BERTH_NATS_URL";
    private static final String OLDEST = "2.9.10";
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /** Asks the server once, so that whoever named it hears what is wrong with it, not that services end. */
    void check() throws IOException {
        try (Connection connection = Nats.connect(options())) {
            ServerInfo server = connection.getServerInfo();
            if (server.isOlderThanVersion(OLDEST)) {
                throw new IOException(SETTING + " names a NATS " + server.getVersion() + " (" + shown()
                        + "), and Berth needs " + OLDEST + " or newer: upgrade it, or name another");
            }
            if (!server.isJetStreamAvailable()) {
                throw new IOException(withoutJetStream());
            }
            connection.jetStreamManagement().getAccountStatistics();
        } catch (JetStreamApiException refused) {
            throw new IOException(withoutJetStream(), refused);
        } catch (AuthenticationException refused) {
            throw new IOException(SETTING + ": NATS at " + shown() + " refuses the user and password given: correct "
                    + "them, as in nats://user:password@host:4222", refused);
        } catch (IllegalArgumentException noUrl) {
            throw new IOException(SETTING + " must be like nats://user:password@host:4222", noUrl);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        } catch (IOException fault) {
            if (fault.getMessage() != null && fault.getMessage().startsWith(SETTING)) {
                throw fault;
            }
            throw new IOException(SETTING + ": no NATS answers at " + shown()
                    + ": start it, or correct the setting", fault);
        }
    }

    private Options options() {
        return Options.builder().server(url).userInfo(user, password).connectionName("up").maxReconnects(0)
                .connectionTimeout(PATIENCE).errorListener(new ErrorListener() {
                    // What it would print is said once, by us.
                }).build();
    }

    private String withoutJetStream() {
        return SETTING + ": NATS at " + shown() + " has no JetStream for this user: start it with jetstream enabled "
                + "(nats-server -js), or name another";
    }

    /** Without its password. */
    private String shown() {
        return url.replaceAll("//[^/]*@", "//");
    }
}
