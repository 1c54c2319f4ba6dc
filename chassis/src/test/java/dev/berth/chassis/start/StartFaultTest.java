package dev.berth.chassis.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StartFaultTest {
    private static final SmallRyeConfig CONFIG = new SmallRyeConfigBuilder()
            .addDefaultInterceptors()
            .withSources(
                    new PropertiesConfigSource(
                            Map.of(
                                    "quarkus.http.port", "${BERTH_REGISTRY_PORT:9101}",
                                    "berth.gateway.port", "abc",
                                    "berth.gateway.stop-grace", "-5s"),
                            "application.properties",
                            100),
                    new EnvConfigSource(
                            Map.of(
                                    "BERTH_REGISTRY_PORT",
                                    "http",
                                    "BERTH_NODE_NAME",
                                    "A",
                                    "BERTH_GATEWAY_IDLE_TIMEOUT",
                                    "soon"),
                            300))
            .build();

    private static Throwable started(Throwable cause) {
        return new RuntimeException("Failed to start quarkus", cause);
    }

    @Test
    void refusalIsItsSentence() {
        assertThat(StartFault.sentence(started(Refusal.atStart("end the other one")), CONFIG))
                .contains("end the other one");
    }

    @Test
    void unfitSettingIsShownAsItWasWritten() {
        Throwable fault = catchThrowable(() -> UnfitSettingException.unlessAtLeast(
                Duration.ofMillis(100), Duration.ofSeconds(-5), "berth.gateway.stop-grace"));
        assertThat(StartFault.sentence(started(fault), CONFIG))
                .contains("berth.gateway.stop-grace is \"-5s\": it must be a duration from 100ms to 36500d");
    }

    @Test
    void settingIsNamedByTheVariableThatItComesFrom() {
        Throwable http = catchThrowable(() -> CONFIG.getValue("quarkus.http.port", Integer.class));
        assertThat(StartFault.sentence(started(http), CONFIG))
                .contains("BERTH_REGISTRY_PORT is \"http\": it must be a whole number");
        assertThat(StartFault.sentence(started(new UnfitSettingException("berth.node.name", "must be a name")), CONFIG))
                .contains("BERTH_NODE_NAME is \"A\": it must be a name");
    }

    /** A variable alone does not say which property it is. */
    @Test
    void valueOfAVariableThatDoesNotConvertIsFound() {
        Throwable fault = catchThrowable(() -> CONFIG.getValue("berth.gateway.idle-timeout", Integer.class));
        assertThat(StartFault.sentence(started(fault), CONFIG))
                .contains("BERTH_GATEWAY_IDLE_TIMEOUT is \"soon\": it must be a whole number");
    }

    @Test
    void valueThatDoesNotConvertIsFoundBesideTheFault() {
        Throwable fault = new IllegalStateException("two values");
        fault.addSuppressed(catchThrowable(() -> CONFIG.getValue("berth.gateway.port", Integer.class)));
        assertThat(StartFault.sentence(started(fault), CONFIG))
                .contains("berth.gateway.port is \"abc\": it must be a whole number");
    }

    @Test
    void missingSettingIsNamed() {
        assertThat(StartFault.sentence(
                        started(new ConfigurationException("nothing", Set.of("berth.scheduler.address"))), CONFIG))
                .contains("berth.scheduler.address is not set: it must have a value");
    }

    @Test
    void whatNoSettingMendsKeepsItsTrace() {
        assertThat(StartFault.sentence(started(new IllegalStateException("a bug, near berth.gateway.port")), CONFIG))
                .isEmpty();
    }
}
