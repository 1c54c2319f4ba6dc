package dev.berth.chassis.start;

import dev.berth.protocol.given.GivenDatabase;
import io.quarkus.flyway.FlywayConfigurationCustomizer;
import java.util.List;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/**
 * The first to need PostgreSQL is Flyway; before it looks, this waits until there is something to look at. A service
 * with a database makes a bean of it, which names the service's schema.
 */
public class WaitForDatabase implements FlywayConfigurationCustomizer {
    private final String schema;

    /**
     * @param settings which are good once there are any
     * @param schema that the service needs there
     */
    protected WaitForDatabase(Settings settings, String schema) {
        this.schema = schema;
    }

    @Override
    public void customize(FluentConfiguration configuration) {
        Config config = ConfigProvider.getConfig();
        String url = config.getValue("quarkus.datasource.jdbc.url", String.class);
        GivenDatabase database = new GivenDatabase(
                url.replaceFirst("^jdbc:", ""),
                config.getOptionalValue("quarkus.datasource.username", String.class)
                        .orElse(""),
                config.getOptionalValue("quarkus.datasource.password", String.class)
                        .orElse(""));
        DatabaseAtStart.await(database, List.of(schema));
    }
}
