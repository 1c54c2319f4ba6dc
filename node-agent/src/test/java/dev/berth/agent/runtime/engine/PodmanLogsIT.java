package dev.berth.agent.runtime.engine;

/** Output and ends of containers of Debian 13's Podman. */
class PodmanLogsIT extends DockerLogsIT {
    @Override
    TestKind kind() {
        return TestKind.PODMAN_5;
    }
}
