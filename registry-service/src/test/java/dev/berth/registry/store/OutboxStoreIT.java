package dev.berth.registry.store;

import static dev.berth.registry.store.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.protocol.v1.AppEvent;
import dev.berth.protocol.v1.AppSpec;
import dev.berth.protocol.v1.Version;
import dev.berth.protocol.v1.VersionKind;
import dev.berth.registry.Database;
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
        AppStore.Added added = await(apps.add(new AppStore.NewVersion(
                "main",
                "told",
                VersionKind.DEPLOY,
                0,
                "ada",
                Instant.EPOCH,
                "",
                "",
                AppSpec.newBuilder().setApp("told").build(),
                "digest",
                true)));
        return ((AppStore.Added.Created) added).version();
    }

    private List<OutboxStore.Entry> entries() {
        return await(outbox.oldest()).stream()
                .filter(entry -> entry.event().getApp().equals("told"))
                .toList();
    }

    @Test
    void eventsComeInTheOrderOfTheirChangesAndGoOnceTheyAreSent() {
        String life = deploy().getLife();
        deploy();
        AppEvent first = AppEvent.newBuilder()
                .setEnvironment("main")
                .setApp("told")
                .setNewestVersion(1)
                .setLife(life)
                .setRevision(1)
                .build();
        assertThat(entries())
                .extracting(OutboxStore.Entry::event)
                .containsExactly(
                        first,
                        first.toBuilder().setNewestVersion(2).setRevision(2).build());
        await(outbox.remove(List.of(entries().getFirst().id())));
        assertThat(entries()).extracting(entry -> entry.event().getRevision()).containsExactly(2L);
    }
}
