package dev.berth.scheduler.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.protocol.v1.AppSpec;
import dev.berth.protocol.v1.FunctionSpec;
import dev.berth.protocol.v1.ImageSpec;
import dev.berth.protocol.v1.Network;
import dev.berth.protocol.v1.Version;
import dev.berth.protocol.v1.VersionKind;
import dev.berth.protocol.v1.WebSpec;
import dev.berth.scheduler.fleet.Image;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RegistryClientTest {
    private static FunctionSpec.Builder web(String name) {
        return FunctionSpec.newBuilder()
                .setName(name)
                .setWeb(WebSpec.newBuilder().setPort(8_000));
    }

    private static int repeats(Version.Builder version) {
        return RegistryClient.spec(version.build()).spec().repeats();
    }

    @Test
    void copyIsReadWithWhatItRepeats() {
        Version.Builder version = Version.newBuilder().setVersion(7);
        assertThat(repeats(version)).as("a deploy").isZero();
        assertThat(repeats(version.setKind(VersionKind.ROLLBACK).setRollbackOf(3)))
                .isEqualTo(3);
        assertThat(repeats(version.setKind(VersionKind.ROLLOVER).setRollbackOf(0)))
                .as("of the version before it")
                .isEqualTo(6);
    }

    @Test
    void functionsAreReadWithWhatTheyNeedOfANode() {
        Version version = Version.newBuilder()
                .setSpec(AppSpec.newBuilder()
                        .addFunctions(web("process"))
                        .addFunctions(
                                web("bridged").setImage(ImageSpec.newBuilder().setName("x:1")))
                        .addFunctions(web("hosted")
                                .setImage(ImageSpec.newBuilder().setName("x:2").setNetwork(Network.HOST))))
                .build();
        List<dev.berth.scheduler.fleet.FunctionSpec> functions =
                RegistryClient.spec(version).spec().functions();
        assertThat(functions)
                .map(dev.berth.scheduler.fleet.FunctionSpec::image)
                .containsExactly(
                        Optional.empty(), Optional.of(new Image("x:1", false)), Optional.of(new Image("x:2", true)));
        assertThat(functions)
                .map(dev.berth.scheduler.fleet.FunctionSpec::nodePort)
                .containsExactly(8_000, 0, 8_000);
    }
}
