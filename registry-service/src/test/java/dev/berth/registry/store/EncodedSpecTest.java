package dev.berth.registry.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.protocol.v1.ContainerSpec;
import dev.berth.protocol.v1.ImageSpec;
import dev.berth.protocol.v1.Network;
import dev.berth.protocol.v1.Ulimit;
import dev.berth.protocol.v1.Volume;
import dev.berth.protocol.v1.WebSpec;
import dev.berth.registry.app.AppSpec;
import dev.berth.registry.app.FunctionSpec;
import dev.berth.registry.app.Image;
import dev.berth.registry.app.Kind;
import dev.berth.registry.app.Strategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EncodedSpecTest {
    private static final Kind KIND = new Kind.Web(1, "/ready", "shop", Kind.Protocol.HTTP1);

    /** The numbers are milliseconds. */
    private static FunctionSpec function(
            String name, Kind kind, int timeout, int startup, int grace, String... command) {
        return new FunctionSpec(
                name,
                kind,
                List.of(command),
                2,
                true,
                3,
                false,
                4,
                Duration.ofMillis(timeout),
                Duration.ofMillis(startup),
                Duration.ofMillis(grace),
                Optional.empty(),
                "",
                false,
                0,
                "");
    }

    private static FunctionSpec room(int cpu, boolean cpuLimited, long memory, boolean memoryLimited, int least) {
        return new FunctionSpec(
                WEB.name(),
                WEB.kind(),
                WEB.command(),
                cpu,
                cpuLimited,
                memory,
                memoryLimited,
                least,
                WEB.timeout(),
                WEB.startupTimeout(),
                WEB.stopGrace(),
                Optional.empty(),
                "",
                false,
                0,
                "");
    }

    private static FunctionSpec boxed(Optional<Image> image, String user, boolean readOnly, int pids) {
        return new FunctionSpec(
                WEB.name(),
                WEB.kind(),
                WEB.command(),
                WEB.cpuMillis(),
                WEB.cpuLimited(),
                WEB.memoryBytes(),
                WEB.memoryLimited(),
                WEB.minContainers(),
                WEB.timeout(),
                WEB.startupTimeout(),
                WEB.stopGrace(),
                image,
                user,
                readOnly,
                pids,
                "");
    }

    private static FunctionSpec of(Image image) {
        return boxed(Optional.of(image), "", false, 0);
    }

    private static final Image IMAGE =
            new Image("acme/web:3", List.of(), "", Image.Network.BRIDGE, 0, List.of(), List.of());
    private static final Image FULL_IMAGE = new Image(
            "acme/web:3",
            List.of("/sbin/tini", "--"),
            "/srv",
            Image.Network.HOST,
            1 << 26,
            List.of(new Image.Volume("/srv/models", "/models", false), new Image.Volume("/srv/out", "/out", true)),
            List.of(new Image.Ulimit("nofile", 1_024, -1)));

    private static final FunctionSpec WEB = function("web", KIND, 5, 6, 7, "run");

    private static AppSpec app(Map<String, String> env) {
        return new AppSpec("a", "bundle", "src", env, Strategy.RECREATE, List.of(WEB));
    }

    private static final AppSpec APP = app(Map.of("A", "1", "B", "2"));

    private static String digest(FunctionSpec function) {
        return EncodedSpec.of(APP, function).digest();
    }

    @Test
    void bytesAreAllThatAnAgentNeeds() throws Exception {
        assertThat(ContainerSpec.parseFrom(EncodedSpec.of(APP, WEB).data()))
                .isEqualTo(ContainerSpec.newBuilder()
                        .setWeb(WebSpec.newBuilder().setPort(1).setReadiness("/ready"))
                        .addCommand("run")
                        .putEnv("A", "1")
                        .putEnv("B", "2")
                        .setSourceDigest("bundle")
                        .setCpuMillis(2)
                        .setMemoryBytes(3)
                        .setCpuLimited(true)
                        .setStartupTimeoutMillis(6)
                        .setStopGraceMillis(7)
                        .build());
    }

    @Test
    void anAgentIsToldHowTheContainerOfAnImageIsMade() throws Exception {
        ContainerSpec spec =
                ContainerSpec.parseFrom(EncodedSpec.of(APP, boxed(Optional.of(FULL_IMAGE), "1000:1000", true, 4_096))
                        .data());
        assertThat(spec.getImage())
                .isEqualTo(ImageSpec.newBuilder()
                        .setName("acme/web:3")
                        .addEntrypoint("/sbin/tini")
                        .addEntrypoint("--")
                        .setWorkingDir("/srv")
                        .setNetwork(Network.HOST)
                        .setShmBytes(1 << 26)
                        .addVolumes(Volume.newBuilder().setSource("/srv/models").setTarget("/models"))
                        .addVolumes(Volume.newBuilder()
                                .setSource("/srv/out")
                                .setTarget("/out")
                                .setWritable(true))
                        .addUlimits(Ulimit.newBuilder()
                                .setName("nofile")
                                .setSoft(1_024)
                                .setHard(-1))
                        .build());
        assertThat(spec)
                .returns("1000:1000", ContainerSpec::getUser)
                .returns(true, ContainerSpec::getReadOnly)
                .returns(4_096, ContainerSpec::getPids);
    }

    @Test
    void orderOfTheEnvironmentVariablesDoesNotMatter() {
        Map<String, String> turned = new LinkedHashMap<>();
        turned.put("B", "2");
        turned.put("A", "1");
        assertThat(EncodedSpec.of(app(turned), WEB).digest()).isEqualTo(digest(WEB));
    }

    @Test
    void whatChangesNoContainerChangesNoDigest() {
        String digest = digest(WEB);
        assertThat(digest).matches("[0-9a-f]{64}");
        assertThat(List.of(
                        function("other", KIND, 5, 6, 7, "run"),
                        room(2, true, 3, false, 9),
                        function("web", KIND, 9, 6, 7, "run"),
                        function("web", new Kind.Web(1, "/ready", "x", Kind.Protocol.HTTP1), 5, 6, 7, "run"),
                        WEB.withDigest("x")))
                .extracting(EncodedSpecTest::digest)
                .containsOnly(digest);
    }

    @Test
    void whatChangesAContainerChangesItsDigest() {
        List<FunctionSpec> changed = new ArrayList<>(List.of(
                WEB,
                function("web", KIND, 5, 6, 7, "run", "more"),
                room(9, true, 3, false, 4),
                room(2, true, 9, false, 4),
                room(2, false, 3, false, 4),
                room(2, true, 3, true, 4),
                function("web", KIND, 5, 9, 7, "run"),
                function("web", KIND, 5, 6, 9, "run"),
                function("web", new Kind.Web(9, "/ready", "shop", Kind.Protocol.HTTP1), 5, 6, 7, "run"),
                function("web", new Kind.Web(1, "/", "shop", Kind.Protocol.HTTP1), 5, 6, 7, "run"),
                function("web", new Kind.Web(1, "/ready", "shop", Kind.Protocol.H2C), 5, 6, 7, "run"),
                function("web", new Kind.Call(1, "/ready"), 5, 6, 7, "run"),
                function("web", new Kind.Job(), 5, 6, 7, "run"),
                boxed(Optional.empty(), "app", false, 0),
                boxed(Optional.empty(), "", true, 0),
                boxed(Optional.empty(), "", false, 9),
                of(IMAGE),
                of(new Image("acme/web:4", List.of(), "", Image.Network.BRIDGE, 0, List.of(), List.of())),
                of(new Image("acme/web:3", List.of("x"), "", Image.Network.BRIDGE, 0, List.of(), List.of())),
                of(new Image("acme/web:3", List.of(), "/x", Image.Network.BRIDGE, 0, List.of(), List.of())),
                of(new Image("acme/web:3", List.of(), "", Image.Network.HOST, 0, List.of(), List.of())),
                of(new Image("acme/web:3", List.of(), "", Image.Network.BRIDGE, 9, List.of(), List.of())),
                of(new Image(
                        "acme/web:3",
                        List.of(),
                        "",
                        Image.Network.BRIDGE,
                        0,
                        List.of(new Image.Volume("/a", "/b", false)),
                        List.of())),
                of(new Image(
                        "acme/web:3",
                        List.of(),
                        "",
                        Image.Network.BRIDGE,
                        0,
                        List.of(new Image.Volume("/a", "/b", true)),
                        List.of())),
                of(new Image(
                        "acme/web:3",
                        List.of(),
                        "",
                        Image.Network.BRIDGE,
                        0,
                        List.of(),
                        List.of(new Image.Ulimit("nofile", 1, 2))))));
        assertThat(changed).extracting(EncodedSpecTest::digest).doesNotHaveDuplicates();
        assertThat(EncodedSpec.of(app(Map.of("A", "9", "B", "2")), WEB).digest())
                .isNotEqualTo(digest(WEB));
        assertThat(EncodedSpec.of(APP.withSource("other"), WEB).digest()).isNotEqualTo(digest(WEB));
    }

    @Test
    void onlyFunctionsWithoutADigestGetOne() {
        AppSpec digested = EncodedSpec.digested(APP);
        assertThat(digested.functions().getFirst().digest()).isEqualTo(digest(WEB));
        assertThat(EncodedSpec.digested(digested)).isEqualTo(digested);
        AppSpec older = APP.withFunctions(List.of(WEB.withDigest("older")));
        assertThat(EncodedSpec.digested(older)).isEqualTo(older);
    }

    /** A rollback stores again what it has read. */
    @Test
    void specComesBackFromItsBytesAsItWas() throws Exception {
        for (AppSpec spec : List.of(
                EncodedSpec.digested(APP),
                new AppSpec("b", "", "", Map.of(), Strategy.ROLLING, List.of()),
                APP.withFunctions(List.of(
                        room(1, false, 2, true, 3),
                        of(IMAGE),
                        boxed(Optional.of(FULL_IMAGE), "1000:1000", true, 4_096),
                        function("call", new Kind.Call(1, "/ready"), 5, 6, 7, "run"),
                        function("job", new Kind.Job(), 5, 6, 7, "run"))))) {
            assertThat(StoredSpec.parse(StoredSpec.of(spec).message().toByteArray())
                            .toDomain())
                    .isEqualTo(spec);
        }
    }

    /** Else the first deploy after an upgrade would be another version, and no stored container spec the same. */
    @Test
    void digestsStayTheSameFromReleaseToRelease() {
        assertThat(EncodedSpec.of(APP).digest())
                .isEqualTo("bc8f38c85269be9202766919602cd73acea1286cf8ba144d41f9244eb708bb0e");
        assertThat(EncodedSpec.of(EncodedSpec.digested(APP)).digest())
                .isEqualTo("bc8f38c85269be9202766919602cd73acea1286cf8ba144d41f9244eb708bb0e");
        assertThat(digest(WEB)).isEqualTo("3a34b386c0820f555f07f7a88276f6a5b05004e6ee202aaecf4aab153a69e7a0");
    }
}
