package dev.berth.agent.runtime.engine;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.Ulimit;
import com.github.dockerjava.api.model.Volume;
import dev.berth.agent.container.ContainerRef;
import dev.berth.agent.container.ContainerSpec;
import dev.berth.agent.container.Image;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A container as the engine is to make it.
 *
 * @param source what it sees at /app
 * @param labels all that is written on it
 * @param cpus that the engine has; it refuses to promise more
 * @param files that it may have open where its spec does not say
 */
record Blueprint(
        ContainerRef ref,
        ContainerSpec spec,
        Image image,
        Place place,
        Optional<Path> source,
        Map<String, String> labels,
        int cpus,
        long files) {
    static final String APP = "/app";
    private static final String FILES = "nofile";

    private static final long NANO_CPUS_PER_MILLI = 1_000_000;
    /** Less than a hundredth of a core the engine refuses. */
    private static final long LEAST_NANO_CPUS = 10_000_000;

    /** What a web server that begins as root needs: low ports, its own files, and to become another user. */
    private static final Capability[] KEPT = {
        Capability.CHOWN,
        Capability.DAC_OVERRIDE,
        Capability.FOWNER,
        Capability.KILL,
        Capability.NET_BIND_SERVICE,
        Capability.SETGID,
        Capability.SETUID
    };

    void apply(CreateContainerCmd command) {
        command.withEnv(env()).withLabels(labels).withHostConfig(hostConfig());
        if (!spec.command().isEmpty()) {
            command.withCmd(spec.command());
        }
        if (!image.entrypoint().isEmpty()) {
            command.withEntrypoint(image.entrypoint());
        }
        if (!spec.user().isEmpty()) {
            command.withUser(spec.user());
        }
        workingDir().ifPresent(command::withWorkingDir);
        switch (place) {
            case Place.OnBridge bridge -> command.withIpv4Address(bridge.ip());
            case Place.Published published ->
                command.withIpv4Address(published.bridge().ip()).withExposedPorts(ExposedPort.tcp(place.port()));
            case Place.OnHost host -> {
                // It has what the host has.
            }
        }
    }

    Optional<String> workingDir() {
        if (!image.workingDir().isEmpty()) {
            return Optional.of(image.workingDir());
        }
        return source.map(path -> APP);
    }

    /** Beside what the image sets. */
    List<String> env() {
        Map<String, String> env = new TreeMap<>(spec.env());
        env.put("PORT", String.valueOf(place.port()));
        env.put("BERTH_APP", ref.app());
        env.put("BERTH_ENVIRONMENT", ref.environment());
        env.put("BERTH_FUNCTION", ref.function());
        env.put("BERTH_VERSION", String.valueOf(ref.version()));
        env.put("BERTH_CONTAINER", ref.id());
        if (source.isPresent()) {
            env.put("BERTH_SOURCE", APP);
        }
        return env.entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .toList();
    }

    HostConfig hostConfig() {
        HostConfig host = HostConfig.newHostConfig()
                .withInit(true)
                .withRestartPolicy(RestartPolicy.noRestart())
                .withSecurityOpts(List.of("no-new-privileges"))
                .withCapDrop(Capability.ALL)
                .withCapAdd(KEPT)
                .withReadonlyRootfs(spec.readOnly())
                .withBinds(binds())
                .withUlimits(ulimits())
                // An engine before 23 skips what is left of a file when it begins the next: files as large as can be.
                .withLogConfig(
                        new LogConfig(LogConfig.LoggingType.JSON_FILE, Map.of("max-size", "128m", "max-file", "2")));
        if (spec.cpuMillisLimit() > 0) {
            long wanted = Math.max(LEAST_NANO_CPUS, spec.cpuMillisLimit() * NANO_CPUS_PER_MILLI);
            long most = cpus * 1000 * NANO_CPUS_PER_MILLI;
            host.withNanoCPUs(most > 0 ? Math.min(wanted, most) : wanted);
        }
        if (spec.memoryBytesLimit() > 0) {
            // As much with swap as without: none.
            host.withMemory(spec.memoryBytesLimit()).withMemorySwap(spec.memoryBytesLimit());
        }
        if (spec.pids() > 0) {
            host.withPidsLimit((long) spec.pids());
        }
        if (image.shmBytes() > 0) {
            host.withShmSize(image.shmBytes());
        }
        switch (place) {
            case Place.OnBridge bridge -> host.withNetworkMode(bridge.network());
            case Place.Published published ->
                host.withNetworkMode(published.bridge().network())
                        .withPortBindings(new PortBinding(
                                Ports.Binding.bindPort(published.published()), ExposedPort.tcp(place.port())));
            case Place.OnHost shared -> host.withNetworkMode("host");
        }
        return host;
    }

    private List<Bind> binds() {
        List<Bind> binds = new ArrayList<>();
        source.ifPresent(path -> binds.add(bind(path.toString(), APP, !spec.readOnly())));
        for (Image.Volume volume : image.volumes()) {
            binds.add(bind(volume.source(), volume.target(), volume.writable()));
        }
        return binds;
    }

    private static Bind bind(String source, String target, boolean writable) {
        return new Bind(source, new Volume(target), writable ? AccessMode.rw : AccessMode.ro);
    }

    private List<Ulimit> ulimits() {
        List<Image.Ulimit> wanted = new ArrayList<>(image.ulimits());
        if (wanted.stream().noneMatch(each -> each.name().equals(FILES))) {
            wanted.add(new Image.Ulimit(FILES, files, files));
        }
        return wanted.stream()
                .map(each -> new Ulimit(each.name(), each.soft(), each.hard()))
                .toList();
    }
}
