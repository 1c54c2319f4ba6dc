package dev.berth.agent.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.agent.container.ContainerRef;
import dev.berth.agent.container.Readiness;
import dev.berth.protocol.v1.ContainerSpec;
import dev.berth.protocol.v1.JobSpec;
import dev.berth.protocol.v1.WebProtocol;
import dev.berth.protocol.v1.WebSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpecsTest {
    private static final byte[] SPEC = ContainerSpec.newBuilder()
            .setWeb(WebSpec.newBuilder().setPort(8000).setReadiness("/ready").setProtocol(WebProtocol.H2C))
            .addCommand("run")
            .putEnv("KEY", "secret")
            .setCpuMillis(100)
            .setMemoryBytes(64)
            .setMemoryLimited(true)
            .setStartupTimeoutMillis(30_000)
            .setStopGraceMillis(5_000)
            .setSourceDigest("s")
            .build()
            .toByteArray();
    private static final String DIGEST = Specs.digest(SPEC);

    @TempDir
    Path state;

    private Specs specs;

    @BeforeEach
    void open() throws IOException {
        specs = new Specs(state);
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void keptSpecIsFoundAgainByAnAgentThatStartsAnew() throws IOException {
        assertThat(specs.find(DIGEST)).isEmpty();
        specs.keep(DIGEST, SPEC);
        assertThat(new Specs(state).find(DIGEST)).hasValueSatisfying(spec -> {
            assertThat(spec.digest()).isEqualTo(DIGEST);
            assertThat(spec.command()).containsExactly("run");
            assertThat(spec.env()).containsEntry("KEY", "secret");
            assertThat(spec.port()).isEqualTo(8000);
            assertThat(spec.readiness()).isEqualTo(new Readiness("/ready", true));
            assertThat(spec.cpuMillisLimit()).as("reserved, not limited").isZero();
            assertThat(spec.memoryBytesLimit()).isEqualTo(64);
            assertThat(spec.startupTimeout()).isEqualTo(Duration.ofSeconds(30));
            assertThat(spec.stopGrace()).isEqualTo(Duration.ofSeconds(5));
            assertThat(spec.sourceDigest()).isEqualTo("s");
        });
    }

    @Test
    void nobodyElseOfThisHostReadsThem() throws IOException {
        specs.keep(DIGEST, SPEC);
        new Containers(state, specs).keep(ContainerRef.of("c-1"), DIGEST, Instant.EPOCH, Optional.empty());
        assertThat(permissions(state.resolve("specs"))).isEqualTo("rwx------");
        assertThat(permissions(state.resolve("specs").resolve(DIGEST))).isEqualTo("rw-------");
        assertThat(permissions(state.resolve("containers/c-1/spec"))).isEqualTo("rw-------");
    }

    @Test
    void tornFileIsAsIfItWereNotThere() throws IOException {
        specs.keep(DIGEST, SPEC);
        for (byte[] torn : new byte[][] {new byte[0], Arrays.copyOf(SPEC, SPEC.length / 2), new byte[] {1, 2, 3}}) {
            Files.write(state.resolve("specs").resolve(DIGEST), torn);
            assertThat(specs.find(DIGEST)).isEmpty();
        }
        specs.keep(DIGEST, SPEC);
        assertThat(specs.find(DIGEST)).isPresent();
    }

    @Test
    void otherBytesThanTheDigestNamesAreRefused() throws IOException {
        byte[] other = ContainerSpec.newBuilder()
                .setWeb(WebSpec.getDefaultInstance())
                .build()
                .toByteArray();
        assertThatThrownBy(() -> specs.keep(DIGEST, other))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(Specs.digest(other));
        assertThat(specs.find(DIGEST)).isEmpty();
    }

    @Test
    void kindThatThisAgentDoesNotKnowIsRefusedInWords() {
        for (ContainerSpec spec : new ContainerSpec[] {
            ContainerSpec.getDefaultInstance(),
            ContainerSpec.newBuilder().setJob(JobSpec.getDefaultInstance()).build()
        }) {
            byte[] bytes = spec.toByteArray();
            assertThatThrownBy(() -> specs.keep(Specs.digest(bytes), bytes)).hasMessageContaining("of this kind");
        }
    }

    @Test
    void unusedOneIsDeletedAfterADayAndNotOneInUse() throws IOException {
        specs.keep(DIGEST, SPEC);
        specs.collect(Set.of(), Duration.ofHours(1));
        specs.collect(Set.of(DIGEST), Duration.ofHours(30));
        specs.collect(Set.of(), Duration.ofHours(31));
        specs.collect(Set.of(), Duration.ofHours(54));
        assertThat(specs.find(DIGEST)).isPresent();
        specs.collect(Set.of(), Duration.ofHours(55));
        assertThat(specs.find(DIGEST)).isEmpty();
    }

    @Test
    void containerKnowsWhatItIsAfterARestartAlsoWithoutTheSpecsFolder() throws IOException {
        specs.keep(DIGEST, SPEC);
        ContainerRef ref = new ContainerRef("c-1", "main", "app", 3, "web");
        new Containers(state, specs).keep(ref, DIGEST, Instant.ofEpochMilli(17), Optional.of("web@sha256:1"));
        Files.delete(state.resolve("specs").resolve(DIGEST));
        Containers containers = new Containers(state, new Specs(state));
        assertThat(containers.find("c-1")).hasValueSatisfying(kept -> {
            assertThat(kept.ref()).isEqualTo(ref);
            assertThat(kept.spec().digest()).isEqualTo(DIGEST);
            assertThat(kept.startedAt()).isEqualTo(Instant.ofEpochMilli(17));
            assertThat(kept.image()).contains("web@sha256:1");
        });
        Path file = state.resolve("containers/c-1/spec");
        for (byte[] torn : new byte[][] {new byte[0], Arrays.copyOf(Files.readAllBytes(file), 9), {-1, -1, -1}}) {
            Files.write(file, torn);
            assertThat(containers.find("c-1")).isEmpty();
        }
        assertThat(containers.find("c-2")).isEmpty();
    }
}
