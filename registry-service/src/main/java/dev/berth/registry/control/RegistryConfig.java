package dev.berth.registry.control;

import dev.berth.chassis.start.ServiceConfig;
import dev.berth.chassis.start.UnfitSettingException;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Everything that the registry is told from outside, beside where PostgreSQL and NATS are.
 *
 * @param retention how long a stopped app's record is kept
 * @param sourceLimit most bytes of one source bundle
 * @param sourceRetention how long a source bundle that no version has is kept
 * @param bootstrapToken a token that is made at the start where it is not there yet: the first one, for whoever set the
 *        cluster up
 */
record RegistryConfig(
        Duration retention,
        long sourceLimit,
        Duration sourceRetention,
        Optional<String> bootstrapToken,
        String bootstrapUser)
        implements ServiceConfig {

    RegistryConfig {
        UnfitSettingException.unlessAtLeast(Duration.ZERO, retention, "berth.registry.retention");
        UnfitSettingException.unlessAtLeast(Duration.ofSeconds(10), sourceRetention, "berth.registry.source-retention");
        UnfitSettingException.unless(
                sourceLimit > 0, "berth.registry.source-limit", "must be a number of bytes, 1 or more");
        UnfitSettingException.unless(!bootstrapUser.isBlank(), "berth.registry.bootstrap-user", "must be a name");
    }

    /** Reads it from the configuration, at start. */
    @Singleton
    static final class Source {
        @jakarta.enterprise.inject.Produces
        @Singleton
        RegistryConfig config(
                @ConfigProperty(name = "berth.registry.retention", defaultValue = "P30D") Duration retention,
                @ConfigProperty(name = "berth.registry.source-limit", defaultValue = "268435456") long sourceLimit,
                @ConfigProperty(name = "berth.registry.source-retention", defaultValue = "P1D")
                        Duration sourceRetention,
                @ConfigProperty(name = "berth.registry.bootstrap-token") Optional<String> bootstrapToken,
                @ConfigProperty(name = "berth.registry.bootstrap-user", defaultValue = "admin") String bootstrapUser) {
            return new RegistryConfig(retention, sourceLimit, sourceRetention, bootstrapToken, bootstrapUser);
        }
    }
}
