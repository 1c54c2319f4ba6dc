package dev.berth.agent.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import dev.berth.agent.container.Address;
import dev.berth.agent.container.ContainerRef;
import dev.berth.agent.container.ContainerSpec;
import dev.berth.agent.container.Image;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is decided of an engine without asking it. */
class EngineTest {
    private static final ContainerRef REF = new ContainerRef("c-1", "main", "app", 3, "web");

    @ParameterizedTest
    @CsvSource({"1.12, 1.41, 1.41", "1.24, 1.41, 1.41", "1.24, 1.45, 1.44", "1.44, 1.52, 1.44"})
    void versionIsTheNewestThatBothKnow(String oldest, String newest, String pinned) throws IOException {
        assertThat(ApiVersion.pin(ApiVersion.parse(oldest), ApiVersion.parse(newest)))
                .hasToString(pinned);
    }

    @Test
    void engineThatSharesNoVersionIsRefusedWithWhatToDo() {
        assertThatThrownBy(() -> ApiVersion.pin(new ApiVersion(1, 12), new ApiVersion(1, 9)))
                .hasMessageContaining("use Docker Engine 20.10 or newer");
        assertThatThrownBy(() -> ApiVersion.pin(new ApiVersion(1, 60), new ApiVersion(1, 70)))
                .hasMessageContaining("use a newer Berth");
    }

    @Test
    void engineIsFoundByTheVariablesOfDockersClient() {
        assertThat(EngineSettings.of(Map.of()).host()).hasToString("unix:///var/run/docker.sock");
        assertThat(EngineSettings.of(Map.of(
                        "DOCKER_HOST", "tcp://gpu-1:2376", "DOCKER_TLS_VERIFY", "1", "DOCKER_CERT_PATH", "/keys")))
                .isEqualTo(new EngineSettings(URI.create("tcp://gpu-1:2376"), Optional.of(Path.of("/keys"))));
        assertThatThrownBy(() -> EngineSettings.of(Map.of("DOCKER_TLS_VERIFY", "1")))
                .hasMessageContaining("DOCKER_CERT_PATH");
        assertThatThrownBy(() -> EngineSettings.of(Map.of("DOCKER_HOST", "/var/run/docker.sock")))
                .hasMessageContaining("unix:///path");
    }

    @Test
    void refusalsAreTheEnginesWordsAndWhatToDo() {
        EngineSettings engine = EngineSettings.of(Map.of());
        assertThat(EngineFaults.words(
                        engine,
                        "make container c-1",
                        new NotFoundException("Status 404: {\"message\":\"No such image: app:9\"}\n")))
                .isEqualTo("the engine refuses to make container c-1: No such image: app:9; pull it, or build it on"
                        + " this node");
        assertThat(EngineFaults.words(engine, "start", new RuntimeException(new IOException("Permission denied"))))
                .contains("group (docker)");
        assertThat(EngineFaults.words(engine, "start", new RuntimeException(new IOException("Connection refused"))))
                .contains("systemctl start docker");
    }

    @Test
    void engineIsAwayWhereNobodyAnswersOrItsOwnPartsDoNot() {
        EngineSettings engine = EngineSettings.of(Map.of());
        assertThat(EngineFaults.of(engine, "start", new RuntimeException(new IOException("Connection refused"))))
                .isInstanceOf(EngineAwayException.class);
        assertThat(EngineFaults.of(
                        engine,
                        "start container c-1",
                        new DockerException(
                                "{\"message\":\"connection error: desc = \\\"transport: Error while dialing dial unix"
                                        + " /run/containerd/containerd.sock: connect: connection refused\\\": unavailable\"}",
                                500)))
                .isInstanceOf(EngineAwayException.class);
        assertThat(EngineFaults.of(
                        engine,
                        "start container c-1",
                        new DockerException("{\"message\":\"driver failed: port is already allocated\"}", 500)))
                .isNotInstanceOf(EngineAwayException.class);
    }

    private static Blueprint blueprint(ContainerSpec spec, Image image, Place place) {
        return new Blueprint(REF, spec, image, place, Optional.of(Path.of("/bundles/1")), Map.of(), 2, 65_536);
    }

    private static ContainerSpec spec(int cpuMillis, long memory, Map<String, String> env) {
        return ContainerSpec.processes(
                "d", List.of("run"), env, 0, "", cpuMillis, memory, Duration.ofSeconds(1), Duration.ofSeconds(1), "");
    }

    @Test
    void limitsAreTheEnginesUnits() {
        Image image = new Image("i", List.of(), "", false, 5, List.of(), List.of());
        HostConfig host = blueprint(spec(1500, 1 << 26, Map.of()), image, new Place.OnBridge("net", "10.1.0.2", 8000))
                .hostConfig();
        assertThat(host.getNanoCPUs()).isEqualTo(1_500_000_000L);
        assertThat(host.getMemory()).isEqualTo(1L << 26);
        assertThat(host.getMemorySwap()).isEqualTo(1L << 26);
        assertThat(host.getShmSize()).isEqualTo(5);
        assertThat(host.getInit()).isTrue();
        assertThat(host.getSecurityOpts()).containsExactly("no-new-privileges");
        assertThat(host.getCapDrop()).containsExactly(Capability.ALL);
        assertThat(host.getUlimits()).singleElement().satisfies(files -> {
            assertThat(files.getName()).isEqualTo("nofile");
            assertThat(files.getHardLong()).isEqualTo(65_536);
        });
        assertThat(blueprint(spec(9000, 0, Map.of()), image, new Place.OnHost("h", 1))
                        .hostConfig()
                        .getNanoCPUs())
                .as("no more than it has")
                .isEqualTo(2_000_000_000L);
    }

    @Test
    void variablesOfTheAppCantBeThoseOfBerth() {
        Image image = new Image("i", List.of(), "", false, 0, List.of(), List.of());
        assertThat(blueprint(
                                spec(0, 0, Map.of("PORT", "1", "A", "b")),
                                image,
                                new Place.OnBridge("n", "10.1.0.2", 8000))
                        .env())
                .containsExactly(
                        "A=b",
                        "BERTH_APP=app",
                        "BERTH_CONTAINER=c-1",
                        "BERTH_ENVIRONMENT=main",
                        "BERTH_FUNCTION=web",
                        "BERTH_SOURCE=/app",
                        "BERTH_VERSION=3",
                        "PORT=8000");
    }

    @Test
    void labelsAreReadAgainAndThoseOfOthersAreNot() {
        Labels labels =
                Labels.of("me", "node", REF, new Place.Published(new Place.OnBridge("n", "10.1.0.2", 80), "h", 9));
        assertThat(Labels.read(labels.map(), "me")).contains(labels);
        assertThat(labels.address()).isEqualTo(new Address("h", 9));
        assertThat(Labels.read(labels.map(), "another")).isEmpty();
        assertThat(Labels.read(Map.of(Labels.AGENT, "me"), "me")).isEmpty();
    }

    @Test
    void addressesGoRound() throws IOException {
        FreeAddresses free = new FreeAddresses(Subnet.parse("10.1.0.0/29"), "10.1.0.4");
        free.hold("10.1.0.6");
        assertThat(free.take(Set.of())).contains("10.1.0.5");
        free.giveBack("10.1.0.5");
        assertThat(free.take(Set.of())).contains("10.1.0.2");
        assertThat(List.of(free.take(Set.of()), free.take(Set.of()), free.take(Set.of())))
                .containsExactly(Optional.of("10.1.0.3"), Optional.of("10.1.0.4"), Optional.of("10.1.0.5"));
        assertThat(free.take(Set.of())).isEmpty();
    }

    @Test
    void addressThatIsKeptIsNotGivenThoughNobodyHasIt() throws IOException {
        FreeAddresses free = new FreeAddresses(Subnet.parse("10.1.0.0/29"), "10.1.0.4");
        assertThat(free.take(Set.of("10.1.0.5", "10.1.0.6", "no address"))).contains("10.1.0.2");
        assertThat(free.take(Set.of())).contains("10.1.0.3");
        free.hold("10.1.0.4");
        assertThat(free.take(Set.of("10.1.0.5", "10.1.0.6"))).isEmpty();
        assertThat(free.take(Set.of("10.1.0.6"))).contains("10.1.0.5");
    }

    @ParameterizedTest
    @CsvSource({
        "app, docker.io/library/app:latest",
        "acme/app:2, docker.io/acme/app:2",
        "localhost:5000/app, localhost:5000/app:latest",
        "ghcr.io/a/b/c:3, ghcr.io/a/b/c:3",
        "ghcr.io/a/b:3@sha256:12, ghcr.io/a/b@sha256:12"
    })
    void namesOfImagesAreTakenApartAsEnginesDo(String name, String whole) {
        assertThat(ImageReference.parse(name)).hasToString(whole);
    }

    /** Ports, paths and names have numbers and words in them. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "localhost:401/team/app:1 | Get \"http://localhost:401/v2/\": connection refused | can't be reached",
                "localhost:5000/team/app:1 | initializing source docker://localhost:5000/team/app:1: 401 | wants credentials",
                "localhost:5000/team/app:1 | unexpected http code: 429 (Too) | takes no more requests",
                "localhost:404/app:403 | pinging container registry localhost:404: status code 500: so it is | fails",
                "reg.example/denied/tls:1 | reading manifest 1 in reg.example/denied/tls: manifest unknown | has no such image"
            })
    void whyAPullFailsIsReadFromWordsAndNotFromNames(String name, String said, String words) {
        assertThat(PullFaults.of(ImageReference.parse(name), said, false).toString())
                .contains(words);
    }

    @Test
    void layersAreAddedUp() {
        PullMeter meter = new PullMeter();
        meter.add("a", "Downloading", 10, 100);
        assertThat(meter.add("b", "Downloading", 5, 50)).isEqualTo(new PullMeter.Progress(15, 150));
        assertThat(meter.add("a", "Download complete", 0, 0)).isEqualTo(new PullMeter.Progress(105, 150));
    }

    @ParameterizedTest
    @CsvSource({
        "false, sh, 0000000000000000, 0000000000000006, 0000000000000002",
        "true, sh, 0000000000000000, 0000000000000006, 0000000000004000",
        "true, catatonit, fffffffffffbfeff, 0000000000000006, 0000000000000000",
        "true, docker-init, 0000000000000000, 0000000000300006, 0000000000000000",
        "false, runc:[2:INIT], fffffffe7bfbfeff, 0000000000000000, ffffffffffc1feff"
    })
    void firstProcessMindsWhatItHandlesOrKeepsForLater(
            boolean minds, String name, String blocked, String ignored, String caught, @TempDir Path proc)
            throws IOException {
        Path first = Files.createDirectory(proc.resolve("7"));
        Files.writeString(first.resolve("comm"), name + "\n");
        Files.writeString(
                first.resolve("status"),
                "Name:\t%s\nSigBlk:\t%s\nSigIgn:\t%s\nSigCgt:\t%s\n".formatted(name, blocked, ignored, caught));
        assertThat(new Insides(proc, 7).mindsTermination()).isEqualTo(minds);
    }

    @Test
    void openFilesAreNoMoreThanThisAgentMayHave() {
        assertThat(OpenFiles.most("Max open files            1024                 20000                files\n"))
                .isEqualTo(20_000);
        assertThat(OpenFiles.most("Max open files            1024                 1048576              files\n"))
                .isEqualTo(65_536);
        assertThat(OpenFiles.most("")).isEqualTo(65_536);
    }
}
