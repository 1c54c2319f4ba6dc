package dev.berth.gateway.control;

import dev.berth.gateway.proxy.Limits;
import dev.berth.protocol.name.Names;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Everything that a gateway is told from outside, beside where NATS, the registry and the scheduler are.
 *
 * @param name of this gateway, its own among all
 * @param domain under which apps answer: {@code http://<label>.<domain>}
 * @param url how users reach this gateway's port, for the URLs that are shown: scheme, and port where it is not the
 *        scheme's own
 * @param loops event loops that carry app traffic
 * @param stopGrace how long what is under way may take to finish once the gateway is told to end
 */
public record GatewayConfig(
        String name,
        String host,
        int port,
        String domain,
        String scheme,
        int publicPort,
        int loops,
        Duration stopGrace,
        Limits limits) {

    public GatewayConfig {
        if (stopGrace.isNegative()) {
            throw new IllegalArgumentException("berth.gateway.stop-grace must not be negative");
        }
        if (!Names.valid(name)) {
            throw new IllegalArgumentException("berth.gateway.name \"" + name + "\" is no valid name: " + Names.RULE);
        }
    }

    /** The URL of a label, as users type it. */
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
                @ConfigProperty(name = "berth.gateway.scheme", defaultValue = "http") String scheme,
                @ConfigProperty(name = "berth.gateway.public-port") Optional<Integer> publicPort,
                @ConfigProperty(name = "berth.gateway.loops") Optional<Integer> loops,
                @ConfigProperty(name = "berth.gateway.stop-grace", defaultValue = "PT30S") Duration stopGrace,
                @ConfigProperty(name = "berth.gateway.body-limit", defaultValue = "10737418240") long bodyLimit,
                @ConfigProperty(name = "berth.gateway.park-limit", defaultValue = "1000") int parkLimit,
                @ConfigProperty(name = "berth.gateway.park-timeout", defaultValue = "PT60S") Duration parkTimeout,
                @ConfigProperty(name = "berth.gateway.header-limit", defaultValue = "65536") int headerLimit,
                @ConfigProperty(name = "berth.gateway.idle-timeout", defaultValue = "PT75S") Duration idleTimeout) {
            return new GatewayConfig(
                    name,
                    host,
                    port,
                    domain,
                    scheme,
                    publicPort.orElse(port),
                    loops.orElseGet(() -> Math.max(1, Runtime.getRuntime().availableProcessors() / 2)),
                    stopGrace,
                    new Limits(bodyLimit, parkLimit, parkTimeout.toMillis(), headerLimit, idleTimeout.toMillis()));
        }
    }
}
