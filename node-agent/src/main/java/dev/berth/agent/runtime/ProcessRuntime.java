package dev.berth.agent.runtime;

import dev.berth.agent.container.Address;
import dev.berth.agent.container.ContainerRef;
import dev.berth.agent.container.ContainerSpec;
import dev.berth.agent.container.Exit;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Containers as processes of this host. Each has a folder: its process (pid, start time and boot), port, output, exit
 * status, and its own copy of its source. A small shell stays above the command in a session of its own, outlives the
 * agent, takes the output, and writes the exit status down. All that the command starts is in a control group, or, where
 * this host has none, told by a mark in its environment.
 */
public final class ProcessRuntime implements ContainerRuntime {
    /** Of an earlier agent's child this one is not told the end. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private static final Logger LOG = Logger.getLogger(ProcessRuntime.class);

    private final Path folder;
    private final Path shim;
    private final Cgroups cgroups;
    private final String host;
    private final HostPorts ports;

    private volatile Consumer<String> ended = id -> {};

    /**
     * @param state the agent's own folder; it is made where it is not there
     * @param host under which gateways reach this host
     * @param ports of this host, which its containers are given
     */
    public ProcessRuntime(Path state, Cgroups cgroups, String host, HostPorts ports) throws IOException {
        this.cgroups = cgroups;
        this.host = host;
        folder = Files.createDirectories(state.toAbsolutePath().resolve("containers"));
        shim = state.toAbsolutePath().resolve("shim.sh");
        this.ports = ports;
        for (Known known : list()) {
            ports.hold(known.address().port());
        }
    }

    private ContainerFolder own(String id) {
        return new ContainerFolder(folder.resolve(id));
    }

    /** Written when it is first needed, and not where it is there: on a full disk what runs can still be adopted. */
    private synchronized Path shim() throws IOException {
        try (InputStream script = ProcessRuntime.class.getResourceAsStream("/shim.sh")) {
            byte[] wanted = script.readAllBytes();
            if (!Files.exists(shim) || !Arrays.equals(wanted, Files.readAllBytes(shim))) {
                Path next = shim.resolveSibling("shim.sh.new");
                Files.write(next, wanted);
                // A shell that reads the old one goes on reading that.
                Files.move(next, shim, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return shim;
    }

    @Override
    public void watch(Consumer<String> told) throws IOException {
        ended = told;
        List<String> adopted = new ArrayList<>(list().stream().map(Known::id).toList());
        Thread.ofPlatform().daemon().name("berth-adopted").start(() -> watch(adopted));
    }

    private void watch(List<String> adopted) {
        try {
            while (!adopted.isEmpty()) {
                adopted.removeIf(id -> {
                    boolean over = exit(id).isPresent();
                    if (over) {
                        ended.accept(id);
                    }
                    return over;
                });
                Thread.sleep(LOOK_EVERY);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public List<Known> list() throws IOException {
        List<Known> known = new ArrayList<>();
        try (Stream<Path> folders = Files.list(folder)) {
            for (Path path : folders.toList()) {
                ContainerFolder container = new ContainerFolder(path);
                if (container.has("process")) {
                    int port = (int) container.number("port", 0);
                    known.add(new Known(
                            path.getFileName().toString(), port == 0 ? Address.NONE : new Address(host, port)));
                } else {
                    // The agent ended between making the folder and starting the process.
                    forget(container);
                }
            }
        }
        return known;
    }

    private static void forget(ContainerFolder container) {
        try {
            container.delete();
        } catch (IOException refused) {
            LOG.warnf("%s can't be deleted: %s", container.path(), refused.toString());
        }
    }

    @Override
    public Address start(Launch launch) throws IOException {
        ContainerRef ref = launch.ref();
        ContainerSpec spec = launch.spec();
        ContainerFolder own = new ContainerFolder(Files.createDirectories(folder.resolve(ref.id())));
        int port = ports.take(launch.port(), launch.kept().ports());
        own.write("port", String.valueOf(port));
        Path workingDirectory = launch.source().isPresent()
                ? FileTree.copy(
                        launch.source().get(),
                        own.file("app"),
                        spec.readOnly() ? FileTree.Writers.NOBODY : FileTree.Writers.OWNER)
                : Files.createDirectories(own.file("work"));
        String groups = cgroups.create(ref.id(), spec.cpuMillisLimit(), spec.memoryBytesLimit(), spec.pids()).stream()
                .map(Path::toString)
                .collect(Collectors.joining(":"));
        ProcessEnvironment environment = ProcessEnvironment.of(System.getenv(), ref, spec, port, workingDirectory);
        List<String> command = new ArrayList<>(
                List.of("setsid", "sh", shim().toString(), own.path().toString(), groups));
        command.addAll(environment.run(spec.command()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(workingDirectory.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(output(ref.id()).toFile()));
        builder.environment().clear();
        builder.environment().putAll(environment.inherited());
        Process process = builder.start();
        own.write("process", Processes.Started.of(process.pid()).toString());
        process.onExit().thenRun(() -> ended.accept(ref.id()));
        return new Address(host, port);
    }

    @Override
    public Listening listening(String id) throws IOException {
        Optional<List<Long>> group = cgroups.members(id);
        Set<Long> own = new HashSet<>();
        group.orElseGet(() -> Processes.with(mark(id))).forEach(process -> own.addAll(Listeners.sockets(process)));
        int port = (int) own(id).number("port", 0);
        List<String> elsewhere = new ArrayList<>();
        List<Long> strangers = new ArrayList<>();
        for (Listeners.Listener listener : Listeners.all()) {
            boolean serves = ports.serves(listener, port);
            if (serves && !own.contains(listener.inode())) {
                Listeners.owner(listener.inode()).ifPresent(strangers::add);
            } else if (!serves && own.contains(listener.inode())) {
                elsewhere.add(listener.toString());
            }
        }
        Optional<Processes.Started> shell = shell(own(id));
        // One that can't be seen may be of it. Where only a mark tells, so may who is younger: some programs overwrite
        // their environment with their title, and the mark in it.
        Optional<String> stranger = strangers.stream()
                .filter(process -> group.map(members -> !members.contains(process))
                        .orElseGet(() -> shell.isPresent() && Processes.isOlder(process, shell.get())))
                .findFirst()
                .map(Processes::words);
        return new Listening(stranger, elsewhere);
    }

    @Override
    public Optional<Exit> exit(String id) {
        ContainerFolder own = own(id);
        if (!own.has("exit") && shellLives(own)) {
            return Optional.empty();
        }
        // Between its last line and its end, the shell may have written the status. On a full disk it writes an empty
        // one.
        int status = (int) own.number("exit", -1);
        return Optional.of(new Exit(status, cgroups.ranOutOfMemory(id)));
    }

    private static boolean shellLives(ContainerFolder own) {
        try {
            Optional<Processes.Started> shell = shell(own);
            return shell.isPresent() && shell.get().lives();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** The one above its command; empty where it can't be read. */
    private static Optional<Processes.Started> shell(ContainerFolder own) {
        try {
            return Optional.of(Processes.Started.parse(own.text("process")));
        } catch (IOException lost) {
            LOG.debugf("%s: %s", own.path(), lost.toString());
            return Optional.empty();
        }
    }

    private static String mark(String id) {
        return ProcessEnvironment.MARK + "=" + id;
    }

    @Override
    public void terminate(String id) throws IOException {
        ContainerFolder own = own(id);
        // Before its command has begun there is nothing to end in order, and the shell above it, which waits for the
        // command whatever comes, would swallow the signal.
        if (!commandHasBegun(own)) {
            kill(id);
            return;
        }
        Optional<Processes.Started> shell = shell(own);
        // Its session is its own as long as its shell lives.
        if (shell.isPresent() && shell.get().lives()) {
            Processes.signal("TERM", List.of("-" + shell.get().pid()));
        }
    }

    /** The shell's child is the shell's own copy, handlers and all, until it has become the command. */
    private static boolean commandHasBegun(ContainerFolder own) throws IOException {
        String command = own.has("command") ? own.text("command") : "";
        if (command.isEmpty()) {
            return false;
        }
        try {
            long shell = shell(own).map(Processes.Started::pid).orElse(0L);
            return !Files.readString(Path.of("/proc/" + command + "/cmdline"))
                    .equals(Files.readString(Path.of("/proc/" + shell + "/cmdline")));
        } catch (IOException gone) {
            return true;
        }
    }

    @Override
    public void kill(String id) throws IOException {
        Optional<List<Long>> group = cgroups.members(id);
        // With what is in its group its shell ends by itself, and its last words are kept.
        if (group.isEmpty() || group.get().isEmpty() || !commandHasBegun(own(id))) {
            killSession(id);
        }
        if (group.isPresent()) {
            cgroups.kill(id);
        } else {
            killMarked(id);
        }
    }

    /** It is its own as long as its shell lives. */
    private void killSession(String id) throws IOException {
        Optional<Processes.Started> shell = shell(own(id));
        if (shell.isPresent() && shell.get().lives()) {
            String pid = String.valueOf(shell.get().pid());
            // A moment after its start it leads no group yet.
            Processes.signal("KILL", List.of(pid, "-" + pid));
        }
    }

    /** Also what has left its session; but nobody who only has a number that was this container's once. */
    private void killMarked(String id) throws IOException {
        Processes.killAll(() -> Processes.with(mark(id)));
        Optional<Processes.Started> shell = shell(own(id));
        if (shell.isPresent()) {
            for (long left : Processes.leftBy(shell.get())) {
                Processes.signal("KILL", List.of(String.valueOf(left)));
            }
        }
    }

    @Override
    public Path output(String id) {
        return own(id).file("output.log");
    }

    @Override
    public void remove(String id) throws IOException {
        ContainerFolder own = own(id);
        if (!Files.exists(own.path())) {
            return;
        }
        kill(id);
        killSession(id);
        cgroups.remove(id);
        int port = (int) own.number("port", 0);
        own.delete();
        ports.giveBack(port);
    }
}
