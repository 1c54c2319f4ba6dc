package dev.berth.registry.store;

import static dev.berth.registry.store.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.registry.Database;
import dev.berth.registry.app.Environment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Database.class)
class EnvironmentStoreIT {
    private static final Instant MADE = Instant.parse("2026-01-01T00:00:00Z");

    @Inject
    EnvironmentStore environments;

    @Inject
    AppStore apps;

    private AppStore.Added deploy(String environment) {
        return await(apps.add(Specs.deploy(environment, Specs.spec("app"), MADE)));
    }

    @Test
    void environmentComesBackAsItIsAndOnlyOnce() {
        Environment made = new Environment("staging", MADE);
        assertThat(await(environments.create("staging", MADE))).contains(made);
        assertThat(await(environments.create("staging", MADE))).isEmpty();
        assertThat(await(environments.list()))
                .contains(made)
                .extracting(Environment::name)
                .contains("main")
                .isSorted();
    }

    @Test
    void environmentWithAppsStays() {
        await(environments.create("full", MADE));
        await(environments.create("empty", MADE));
        assertThat(deploy("full")).isInstanceOf(AppStore.Added.Created.class);
        assertThat(await(environments.delete("full"))).isEqualTo(EnvironmentStore.Deleted.HAS_APPS);
        assertThat(await(environments.delete("empty"))).isEqualTo(EnvironmentStore.Deleted.DONE);
        assertThat(await(environments.delete("empty"))).isEqualTo(EnvironmentStore.Deleted.UNKNOWN);
        assertThat(deploy("empty")).isEqualTo(new AppStore.Added.NoEnvironment());
        assertThat(await(environments.list()))
                .extracting(Environment::name)
                .contains("full")
                .doesNotContain("empty");
    }
}
