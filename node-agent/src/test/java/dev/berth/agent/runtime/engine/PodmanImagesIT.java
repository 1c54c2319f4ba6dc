package dev.berth.agent.runtime.engine;

/** Images of Debian 13's Podman. */
class PodmanImagesIT extends ImagesIT {
    @Override
    TestKind kind() {
        return TestKind.PODMAN_5;
    }

    @Override
    boolean waitsByItself() {
        return true;
    }
}
