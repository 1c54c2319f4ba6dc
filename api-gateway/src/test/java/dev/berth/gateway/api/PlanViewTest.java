package dev.berth.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.protocol.v1.AppRef;
import dev.berth.protocol.v1.AppSpec;
import dev.berth.protocol.v1.FunctionSpec;
import dev.berth.protocol.v1.ImageSpec;
import dev.berth.protocol.v1.Network;
import dev.berth.protocol.v1.PlanReply;
import dev.berth.protocol.v1.Ulimit;
import dev.berth.protocol.v1.Version;
import dev.berth.protocol.v1.Volume;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanViewTest {
    private static final FunctionSpec PROCESS =
            FunctionSpec.newBuilder().setName("web").addCommand("run").build();
    private static final FunctionSpec IMAGED = PROCESS.toBuilder()
            .setImage(ImageSpec.newBuilder()
                    .setName("registry.example.com/a-group-with-a-name/and-an-image-with-another:3")
                    .setWorkingDir("/srv")
                    .setNetwork(Network.HOST)
                    .setShmBytes(1 << 20)
                    .addVolumes(Volume.newBuilder().setSource("/a").setTarget("/b"))
                    .addVolumes(
                            Volume.newBuilder().setSource("/c").setTarget("/d").setWritable(true))
                    .addUlimits(Ulimit.newBuilder().setName("nofile").setSoft(9).setHard(9))
                    .addUlimits(Ulimit.newBuilder().setName("core").setHard(-1)))
            .setUser("app")
            .setReadOnly(true)
            .setPids(9)
            .build();

    private static AppSpec app(FunctionSpec function) {
        return AppSpec.newBuilder().setApp("a").addFunctions(function).build();
    }

    private static PlanView plan(FunctionSpec before, FunctionSpec after) {
        return PlanView.of(
                AppRef.newBuilder().setEnvironment("main").setApp("a").build(),
                PlanReply.newBuilder()
                        .setCurrent(Version.newBuilder().setVersion(1).setSpec(app(before)))
                        .setProposed(app(after))
                        .build(),
                List.of(),
                label -> label);
    }

    @Test
    void changesOfAnImageGoByTheManifestsKeys() {
        assertThat(plan(PROCESS, IMAGED).changes())
                .containsExactlyInAnyOrder(
                        "~ function web image: (none) -> "
                                + "registry.example.com/a-group-with-a-name/and-an-image-with-another:3",
                        "~ function web working_dir: (none) -> /srv",
                        "~ function web network: bridge -> host",
                        "~ function web shm_size: 0 -> 1048576",
                        "~ function web volumes: (none) -> [/a:/b, /c:/d:rw]",
                        "~ function web ulimits: (none) -> [nofile 9, core 0:-1]",
                        "~ function web user: (none) -> app",
                        "~ function web read_only: false -> true",
                        "~ function web pids: 0 -> 9");
        assertThat(plan(IMAGED, IMAGED).changes()).isEmpty();
    }

    @Test
    void functionsAreShownWithTheirImage() {
        Views.FunctionView imaged = plan(PROCESS, IMAGED).functions().getFirst();
        assertThat(imaged.image())
                .isEqualTo(new Views.ImageView(
                        "registry.example.com/a-group-with-a-name/and-an-image-with-another:3",
                        null,
                        null,
                        "/srv",
                        "host",
                        1L << 20,
                        List.of("/a:/b", "/c:/d:rw"),
                        List.of(new Views.UlimitView("nofile", 9, 9), new Views.UlimitView("core", 0, -1))));
        assertThat(imaged)
                .returns("app", Views.FunctionView::user)
                .returns(true, Views.FunctionView::readOnly)
                .returns(9, Views.FunctionView::pids);
        assertThat(plan(IMAGED, PROCESS).functions().getFirst())
                .returns(null, Views.FunctionView::image)
                .returns(null, Views.FunctionView::user)
                .returns(null, Views.FunctionView::readOnly)
                .returns(null, Views.FunctionView::pids);
    }
}
