package dev.berth.agent.runtime;

import dev.berth.agent.runtime.engine.TestKind;

/** Containers of Debian 13's Docker Engine. */
class Docker26RuntimeIT extends DockerRuntimeIT {
    @Override
    TestKind kind() {
        return TestKind.DOCKER_26;
    }
}
