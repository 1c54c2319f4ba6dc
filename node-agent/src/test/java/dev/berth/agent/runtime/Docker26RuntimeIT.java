package dev.berth.agent.runtime;

import dev.berth.agent.runtime.engine.TestEngine;
import dev.berth.agent.runtime.engine.TestKind;
import java.io.IOException;
import java.util.Optional;

/** Containers of Debian 13's Docker Engine. */
class Docker26RuntimeIT extends DockerRuntimeIT {
    @Override
    TestKind kind() {
        return TestKind.DOCKER_26;
    }

    /** On a machine that is busy it loses lines of a container that ends as soon as it has written them, for good. */
    @Override
    Optional<String> ofTheEngine(String id) throws IOException {
        return Optional.of(TestEngine.shared(kind()).output("berth-test-" + id));
    }
}
