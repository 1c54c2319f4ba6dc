package dev.berth.agent.runtime;

import java.io.IOException;
import java.nio.file.Path;

/** On a host that lets the agent make no control groups. */
class UngroupedProcessRuntimeIT extends ContainerRuntimeContract {
    @Override
    ContainerRuntime open(Path folder) throws IOException {
        return new ProcessRuntime(folder, Cgroups.none(), "127.0.0.1", ports(folder));
    }

    @Override
    String path(Path source) {
        return source.toString();
    }
}
