package dev.berth.agent.runtime.engine;

import java.util.List;

/** Output and ends of containers of Debian 13's Docker Engine. */
class Docker26LogsIT extends DockerLogsIT {
    @Override
    TestKind kind() {
        return TestKind.DOCKER_26;
    }

    /** Its containerd, which ended with it, clears away what it finds ended, and how it ended with it. */
    @Override
    List<Integer> mayEndUnseenWith(int code) {
        return List.of(code, 255);
    }
}
