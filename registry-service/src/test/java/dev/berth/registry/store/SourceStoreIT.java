package dev.berth.registry.store;

import static dev.berth.registry.store.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.registry.Database;
import dev.berth.registry.app.AppName;
import dev.berth.registry.app.Source;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Database.class)
class SourceStoreIT {
    private static final Instant MADE = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant LATER = MADE.plusSeconds(60);

    @Inject
    SourceStore sources;

    @Inject
    AppStore apps;

    private void append(String upload, int index, String data, Instant at) {
        await(sources.append(upload, index, data.getBytes(StandardCharsets.UTF_8), at));
    }

    private Optional<String> chunk(String upload, int index) {
        return await(sources.chunk(upload, index)).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    @Test
    void bundleComesBackChunkByChunk() {
        append("up-1", 0, "first", MADE);
        append("up-1", 0, "repeated", MADE);
        append("up-1", 1, "second", MADE);
        assertThat(await(sources.find("digest-1"))).isEmpty();
        await(sources.complete("up-1", "digest-1", 11, MADE));
        assertThat(await(sources.find("digest-1"))).contains(new Source("digest-1", 11));
        assertThat(chunk("up-1", 0)).contains("first");
        assertThat(chunk("up-1", 1)).contains("second");
        assertThat(chunk("up-1", 2)).isEmpty();
    }

    @Test
    void secondUploadOfABundleIsDropped() {
        append("up-2", 0, "data", MADE);
        append("up-3", 0, "data", MADE);
        await(sources.complete("up-2", "digest-2", 4, MADE));
        await(sources.complete("up-3", "digest-2", 4, MADE));
        assertThat(await(sources.upload("digest-2"))).contains("up-2");
        assertThat(chunk("up-3", 0)).isEmpty();
        append("up-4", 0, "data", MADE);
        await(sources.drop("up-4"));
        assertThat(chunk("up-4", 0)).isEmpty();
    }

    @Test
    void whatNoVersionHasIsCollectedOnceItIsOld() {
        for (String name : new String[] {"used", "unused", "young"}) {
            append("up-" + name, 0, name, MADE);
            await(sources.complete("up-" + name, name, name.length(), name.equals("young") ? LATER : MADE));
        }
        append("up-given-up", 0, "half", MADE);
        append("up-under-way", 0, "half", LATER);
        await(apps.add(Specs.deploy(Specs.spec("with-source").withSource("used"), MADE)));
        await(sources.collect(LATER));
        assertThat(await(sources.find("used"))).isPresent();
        assertThat(chunk("up-used", 0)).contains("used");
        assertThat(await(sources.find("unused"))).isEmpty();
        assertThat(chunk("up-unused", 0)).isEmpty();
        assertThat(await(sources.find("young"))).isPresent();
        assertThat(chunk("up-given-up", 0)).isEmpty();
        assertThat(chunk("up-under-way", 0)).contains("half");
    }

    @Test
    void uploadIsAsOldAsItsNewestChunk() {
        append("up-slow", 0, "first", MADE);
        append("up-slow", 1, "second", LATER);
        append("up-read", 0, "whole", MADE);
        await(sources.touch("up-read", LATER));
        append("up-begun-again", 0, "first", MADE);
        append("up-begun-again", 0, "first", LATER);
        await(sources.collect(LATER));
        assertThat(chunk("up-slow", 0)).contains("first");
        assertThat(chunk("up-slow", 1)).contains("second");
        assertThat(chunk("up-read", 0)).contains("whole");
        assertThat(chunk("up-begun-again", 0)).contains("first");
        await(sources.collect(LATER.plusMillis(1)));
        assertThat(chunk("up-slow", 0)).isEmpty();
        assertThat(chunk("up-slow", 1)).isEmpty();
        assertThat(chunk("up-read", 0)).isEmpty();
    }

    @Test
    void versionWithoutItsBundleIsRefusedAndLeavesNothing() {
        assertThat(await(apps.add(Specs.deploy(Specs.spec("no-source").withSource("nowhere"), MADE))))
                .isEqualTo(new AppStore.Added.NoSource("nowhere"));
        assertThat(await(apps.find(new AppName("main", "no-source")))).isEmpty();
    }
}
