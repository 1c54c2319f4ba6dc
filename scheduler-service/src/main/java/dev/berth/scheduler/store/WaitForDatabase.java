package dev.berth.scheduler.store;

import dev.berth.protocol.given.GivenDatabase;
import dev.berth.protocol.start.DatabaseAtStart;
import io.quarkus.flyway.FlywayConfigurationCustomizer;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** The first to need PostgreSQL is Flyway; before it looks, this waits until there is something to look at. */
@Singleton
class WaitForDatabase implements FlywayConfigurationCustomizer {
    private final GivenDatabase database;

    WaitForDatabase(
            @ConfigProperty(name = "quarkus.datasource.jdbc.url") String url,
            @ConfigProperty(name = "quarkus.datasource.username") Optional<String> user,
            @ConfigProperty(name = "quarkus.datasource.password") Optional<String> password) {
        database = new GivenDatabase(url.replaceFirst("^jdbc:", ""), user.orElse(""), password.orElse(""));
    }

    @Override
    public void customize(FluentConfiguration configuration) {
        DatabaseAtStart.await(database, List.of("scheduler"));
    }
}
