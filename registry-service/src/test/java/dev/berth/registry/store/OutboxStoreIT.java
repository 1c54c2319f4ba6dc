package dev.berth.registry.store;

import static dev.berth.registry.store.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.registry.Database;
import dev.berth.registry.app.AppChange;
import dev.berth.registry.app.AppName;
import dev.berth.registry.app.Version;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Database.class)
class OutboxStoreIT {
    @Inject
    OutboxStore outbox;

    @Inject
    AppStore apps;

    private Version deploy() {
        AppStore.Added added = await(apps.add(Specs.deploy(Specs.spec("told"), Instant.EPOCH)));
        return ((AppStore.Added.Created) added).version();
    }

    private List<OutboxStore.Entry> entries() {
        return await(outbox.oldest()).stream()
                .filter(entry -> entry.change().app().app().equals("told"))
                .toList();
    }

    @Test
    void eventsComeInTheOrderOfTheirChangesAndGoOnceTheyAreSent() {
        String life = deploy().life();
        deploy();
        AppName told = new AppName("main", "told");
        assertThat(entries())
                .extracting(OutboxStore.Entry::change)
                .containsExactly(new AppChange(told, life, 1, 1), new AppChange(told, life, 2, 2));
        await(outbox.remove(List.of(entries().getFirst().id())));
        assertThat(entries()).extracting(entry -> entry.change().revision()).containsExactly(2L);
    }
}
