package dev.berth.agent.runtime;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;

/** On a host that lets the agent make no control groups. */
class UngroupedProcessRuntimeIT extends ContainerRuntimeContract {
    @Override
    ContainerRuntime open(Path folder) throws IOException {
        return new ProcessRuntime(
                folder, Cgroups.none(), "127.0.0.1", InetAddress.getLoopbackAddress(), new PortRange(20_000, 31_999));
    }

    @Override
    String path(Path source) {
        return source.toString();
    }
}
