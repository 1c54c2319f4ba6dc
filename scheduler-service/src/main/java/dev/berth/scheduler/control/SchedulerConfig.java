package dev.berth.scheduler.control;

import dev.berth.chassis.start.ServiceConfig;
import dev.berth.chassis.start.UnfitSettingException;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Everything that the scheduler is told from outside, beside where PostgreSQL, NATS and the registry are.
 *
 * @param name of this scheduler, its own among all
 * @param address where gateways reach its gRPC, as host:port
 * @param lease how long it leads after it last said so
 * @param gatewayLease a gateway that is silent for longer holds up no drain
 * @param nodeLostAfter an agent that is silent for longer has its containers replaced elsewhere
 * @param unknownGrace how long ready containers go on of apps that the database, or the registry, does not know
 * @param keptVersions of how many of an app's newest versions that have images nodes keep them
 * @param repair how often the registry's list is compared with what is known
 */
record SchedulerConfig(
        String name,
        String address,
        Duration lease,
        Duration gatewayLease,
        Duration nodeLostAfter,
        Duration unknownGrace,
        int keptVersions,
        Duration repair)
        implements ServiceConfig {
    private static final Pattern ADDRESS = Pattern.compile(".+:[1-9][0-9]{0,4}");

    SchedulerConfig {
        UnfitSettingException.unless(!name.isBlank(), "berth.scheduler.name", "must be a name");
        UnfitSettingException.unless(
                ADDRESS.matcher(address).matches() && !address.startsWith("0.0.0.0:"),
                "berth.scheduler.address",
                "must be the host and port where gateways reach this scheduler, such as 10.0.0.7:9102");
        UnfitSettingException.unlessAtLeast(Duration.ofSeconds(1), lease, "berth.scheduler.lease");
        // Gateways read and report by this time.
        UnfitSettingException.unlessAtLeast(Duration.ofSeconds(3), gatewayLease, "berth.scheduler.gateway-lease");
        UnfitSettingException.unlessAtLeast(Duration.ofSeconds(1), nodeLostAfter, "berth.scheduler.node-lost-after");
        UnfitSettingException.unlessAtLeast(Duration.ZERO, unknownGrace, "berth.scheduler.unknown-grace");
        UnfitSettingException.unless(
                keptVersions >= 1 && keptVersions <= 1_000,
                "berth.scheduler.kept-versions",
                "must be a number of versions from 1 to 1000");
        UnfitSettingException.unlessAtLeast(Duration.ofMillis(100), repair, "berth.scheduler.repair");
    }

    /** Reads it from the configuration, at start. */
    @Singleton
    static final class Source {
        @jakarta.enterprise.inject.Produces
        @Singleton
        SchedulerConfig config(
                @ConfigProperty(name = "berth.scheduler.name", defaultValue = "scheduler-1") String name,
                @ConfigProperty(name = "berth.scheduler.address") String address,
                @ConfigProperty(name = "berth.scheduler.lease", defaultValue = "PT5S") Duration lease,
                @ConfigProperty(name = "berth.scheduler.gateway-lease", defaultValue = "PT3S") Duration gatewayLease,
                @ConfigProperty(name = "berth.scheduler.node-lost-after", defaultValue = "PT15S")
                        Duration nodeLostAfter,
                @ConfigProperty(name = "berth.scheduler.unknown-grace", defaultValue = "PT10M") Duration unknownGrace,
                @ConfigProperty(name = "berth.scheduler.kept-versions", defaultValue = "3") int keptVersions,
                @ConfigProperty(name = "berth.scheduler.repair", defaultValue = "PT5S") Duration repair) {
            return new SchedulerConfig(
                    name, address, lease, gatewayLease, nodeLostAfter, unknownGrace, keptVersions, repair);
        }
    }
}
