package dev.berth.agent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.container.Address;
import dev.berth.agent.runtime.ContainerRuntime.Known;
import dev.berth.agent.runtime.engine.DockerRuntime;
import dev.berth.agent.runtime.engine.TestEngine;
import dev.berth.agent.runtime.engine.TestKind;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Containers of Debian 13's Podman. */
class PodmanRuntimeIT extends DockerRuntimeIT {
    @Override
    TestKind kind() {
        return TestKind.PODMAN_5;
    }

    /** Its init, catatonit, knows no other. */
    @Override
    int notFound() {
        return 1;
    }

    /** It does not say which. */
    @Override
    String saysNotFound(String program) {
        return "failed to exec";
    }

    @Override
    String init() {
        return "podman-init";
    }

    /** By rules of the firewall, so in a network that is not this machine's. */
    @Test
    @Override
    void containerIsReachedByAPortOfTheHostWhereGatewaysHaveNoWayToItsOwnAddress() throws IOException {
        TestEngine apart = TestEngine.shared(TestKind.PODMAN_5_APART);
        DockerRuntime runtime = open(apart, state, DockerRuntime.Reach.HOST);
        Address address = shell(SERVER).start(runtime, 0);
        await("its answer", () -> apart.answer(address, "/index.html").equals("hello\n"));
        assertThat(runtime.list()).singleElement().returns(address, Known::address);
        assertThat(address.host()).isEqualTo("127.0.0.1");
        assertThat(address.port()).isBetween(20_000, 31_999);
    }
}
