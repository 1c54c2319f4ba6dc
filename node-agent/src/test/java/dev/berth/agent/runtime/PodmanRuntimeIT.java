package dev.berth.agent.runtime;

import dev.berth.agent.runtime.engine.TestKind;
import org.junit.jupiter.api.Disabled;
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

    @Test
    @Disabled("Podman publishes ports by rules of the host's firewall alone, which tests leave as it is")
    @Override
    void containerIsReachedByAPortOfTheHostWhereGatewaysHaveNoWayToItsOwnAddress() {}
}
