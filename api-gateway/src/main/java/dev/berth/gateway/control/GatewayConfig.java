package dev.berth.gateway.control;

import dev.berth.chassis.start.ServiceConfig;
import dev.berth.chassis.start.UnfitSettingException;
import dev.berth.protocol.name.Names;
import jakarta.inject.Singleton;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Everything that a gateway is told from outside, beside where NATS, the registry and the scheduler are.
 *
 * @param name of this gateway, its own among all
 * @param domain under which apps answer: {@code http://<label>.<domain>}
 * @param url how clients reach this gateway's port, for the URLs that are shown: scheme, and port where it is not the
 *        scheme's own
 * @param tls empty where it is not spoken
 * @param loops event loops that carry app traffic
 * @param metricsOpen whether they need no token
 * @param stopGrace how long what is under way may take to finish once the gateway is told to end
 */
public record GatewayConfig(
        String name,
        String host,
        int port,
        String domain,
        String scheme,
        int publicPort,
        Optional<TlsSettings> tls,
        int loops,
        boolean metricsOpen,
        Duration stopGrace,
        Limits limits)
        implements ServiceConfig {
    private static final Pattern DOMAIN = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");

    private static final Set<String> YES_OR_NO = Set.of("true", "false");

    public GatewayConfig {
        UnfitSettingException.unless(Names.valid(name), "berth.gateway.name", "must be a name; " + Names.RULE);
        unlessPort(port, "berth.gateway.port");
        unlessPort(publicPort, "berth.gateway.public-port");
        UnfitSettingException.unless(
                DOMAIN.matcher(domain).matches(),
                "berth.gateway.domain",
                "must be a domain such as apps.example.com, without scheme and port");
        UnfitSettingException.unless(
                scheme.equals("http") || scheme.equals("https"), "berth.gateway.scheme", "must be http or https");
        UnfitSettingException.unless(loops >= 1, "berth.gateway.loops", "must be a number of event loops, 1 or more");
        UnfitSettingException.unlessAtLeast(Duration.ZERO, stopGrace, "berth.gateway.stop-grace");
    }

    private static void unlessPort(int port, String key) {
        UnfitSettingException.unless(port >= 1 && port <= 65_535, key, "must be a port, 1 to 65535");
    }

    private static Limits limits(
            long bodyLimit, int parkLimit, Duration parkTimeout, int headerLimit, Duration idleTimeout) {
        Duration least = Duration.ofMillis(1);
        UnfitSettingException.unless(
                bodyLimit >= 1, "berth.gateway.body-limit", "must be a number of bytes, 1 or more");
        UnfitSettingException.unless(
                parkLimit >= 0, "berth.gateway.park-limit", "must be a number of requests, 0 or more");
        UnfitSettingException.unlessAtLeast(least, parkTimeout, "berth.gateway.park-timeout");
        UnfitSettingException.unless(
                headerLimit >= 1024, "berth.gateway.header-limit", "must be a number of bytes, 1024 or more");
        UnfitSettingException.unlessAtLeast(least, idleTimeout, "berth.gateway.idle-timeout");
        return new Limits(bodyLimit, parkLimit, parkTimeout.toMillis(), headerLimit, idleTimeout.toMillis());
    }

    private static Optional<TlsSettings> tls(Optional<String> directory, int port, String redirect, int plainPort) {
        UnfitSettingException.unless(
                YES_OR_NO.contains(redirect), "berth.gateway.tls-redirect", "must be true or false");
        boolean redirects = redirect.equals("true");
        if (directory.isEmpty()) {
            UnfitSettingException.unless(
                    !redirects,
                    "berth.gateway.tls-redirect",
                    "must be false where berth.gateway.tls-dir is not set: there is no https to send clients to");
            return Optional.empty();
        }
        unlessPort(port, "berth.gateway.tls-port");
        UnfitSettingException.unless(
                port != plainPort, "berth.gateway.tls-port", "must be another port than berth.gateway.port");
        try {
            Path folder = Path.of(directory.get());
            UnfitSettingException.unless(Files.isDirectory(folder), TlsSettings.DIRECTORY, TlsSettings.RULE);
            return Optional.of(new TlsSettings(folder, port, redirects));
        } catch (InvalidPathException none) {
            throw new UnfitSettingException(TlsSettings.DIRECTORY, TlsSettings.RULE, none);
        }
    }

    /** The port of https that clients of the plain one are sent to; 0 where they are served. */
    public int redirect() {
        return tls.filter(TlsSettings::redirect)
                .map(it -> scheme.equals("https") ? publicPort : it.port())
                .orElse(0);
    }

    /** The URL of a label, as it is typed. */
    public String url(String label) {
        boolean usual = scheme.equals("http") && publicPort == 80 || scheme.equals("https") && publicPort == 443;
        return scheme + "://" + label + "." + domain + (usual ? "" : ":" + publicPort);
    }

    /** Reads it from the configuration, at start. */
    @Singleton
    static final class Source {
        @jakarta.enterprise.inject.Produces
        @Singleton
        GatewayConfig config(
                @ConfigProperty(name = "berth.gateway.name", defaultValue = "gateway-1") String name,
                @ConfigProperty(name = "berth.gateway.host", defaultValue = "0.0.0.0") String host,
                @ConfigProperty(name = "berth.gateway.port", defaultValue = "8080") int port,
                @ConfigProperty(name = "berth.gateway.domain", defaultValue = "localhost") String domain,
                @ConfigProperty(name = "berth.gateway.scheme") Optional<String> scheme,
                @ConfigProperty(name = "berth.gateway.public-port") Optional<Integer> publicPort,
                @ConfigProperty(name = "berth.gateway.tls-dir") Optional<String> tlsDir,
                @ConfigProperty(name = "berth.gateway.tls-port", defaultValue = "8443") int tlsPort,
                @ConfigProperty(name = "berth.gateway.tls-redirect", defaultValue = "false") String tlsRedirect,
                @ConfigProperty(name = "berth.gateway.loops") Optional<Integer> loops,
                @ConfigProperty(name = "berth.gateway.metrics-open", defaultValue = "false") String metricsOpen,
                @ConfigProperty(name = "berth.gateway.stop-grace", defaultValue = "PT30S") Duration stopGrace,
                @ConfigProperty(name = "berth.gateway.body-limit", defaultValue = "10737418240") long bodyLimit,
                @ConfigProperty(name = "berth.gateway.park-limit", defaultValue = "1000") int parkLimit,
                @ConfigProperty(name = "berth.gateway.park-timeout", defaultValue = "PT60S") Duration parkTimeout,
                @ConfigProperty(name = "berth.gateway.header-limit", defaultValue = "65536") int headerLimit,
                @ConfigProperty(name = "berth.gateway.idle-timeout", defaultValue = "PT75S") Duration idleTimeout) {
            UnfitSettingException.unless(
                    YES_OR_NO.contains(metricsOpen), "berth.gateway.metrics-open", "must be true or false");
            Optional<TlsSettings> tls = tls(tlsDir, tlsPort, tlsRedirect, port);
            String shown = scheme.orElse(tls.isPresent() ? "https" : "http");
            int own = tls.isPresent() && shown.equals("https") ? tlsPort : port;
            return new GatewayConfig(
                    name,
                    host,
                    port,
                    domain,
                    shown,
                    publicPort.orElse(own),
                    tls,
                    loops.orElseGet(() -> Math.max(1, Runtime.getRuntime().availableProcessors() / 2)),
                    metricsOpen.equals("true"),
                    stopGrace,
                    limits(bodyLimit, parkLimit, parkTimeout, headerLimit, idleTimeout));
        }
    }
}
