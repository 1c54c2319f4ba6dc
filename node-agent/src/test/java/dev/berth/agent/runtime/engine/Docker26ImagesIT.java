package dev.berth.agent.runtime.engine;

/** Images of Debian 13's Docker Engine. */
class Docker26ImagesIT extends ImagesIT {
    @Override
    TestKind kind() {
        return TestKind.DOCKER_26;
    }
}
