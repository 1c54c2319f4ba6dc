package dev.berth.agent.runtime;

import dev.berth.agent.container.Address;
import dev.berth.agent.container.ContainerRef;
import dev.berth.agent.container.ContainerSpec;
import dev.berth.agent.container.Exit;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Containers as processes of this host. Each has a folder: its process (pid and start time), port, output, exit status.
 * A small shell stays above the command in a session of its own, outlives the agent, and writes the exit status down.
 */
public final class ProcessRuntime implements ContainerRuntime {
    private static final String LAST_PORT = "last-port";
    private static final String MARK = "BERTH_CONTAINER";
    /** How long a port that was left may still be held by who is ending. */
    private static final Duration LEAVES_WITHIN = Duration.ofSeconds(2);
    /** Of an earlier agent's child this one is not told the end. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private static final Logger LOG = Logger.getLogger(ProcessRuntime.class);

    private final Path folder;
    private final Path shim;
    private final Cgroups cgroups;
    private final String host;
    private final InetAddress address;
    private final Path state;
    /** To be held while it is used: containers start at once. */
    private final FreePorts ports;

    private volatile Consumer<String> ended = id -> {};

    /**
     * @param state the agent's own folder; it is made where it is not there
     * @param host under which gateways reach this host
     * @param address the same, looked up
     * @param range ports that it may give; best below those that the kernel picks for outgoing connections
     */
    public ProcessRuntime(Path state, Cgroups cgroups, String host, InetAddress address, PortRange range)
            throws IOException {
        this.cgroups = cgroups;
        this.host = host;
        this.address = address;
        this.state = state;
        folder = Files.createDirectories(state.toAbsolutePath().resolve("containers"));
        shim = state.toAbsolutePath().resolve("shim.sh");
        ports = new FreePorts(range, (int) number(state, LAST_PORT, 0));
        for (Known known : list()) {
            ports.hold(known.address().port());
        }
    }

    /** Written when it is first needed, and not where it is there: on a full disk what runs can still be adopted. */
    private synchronized Path shim() throws IOException {
        try (InputStream script = ProcessRuntime.class.getResourceAsStream("/shim.sh")) {
            byte[] wanted = script.readAllBytes();
            if (!Files.exists(shim) || !Arrays.equals(wanted, Files.readAllBytes(shim))) {
                Path next = shim.resolveSibling("shim.sh.new");
                Files.write(next, wanted);
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
            for (Path container : folders.toList()) {
                if (Files.exists(container.resolve("process"))) {
                    int port = (int) number(container, "port", 0);
                    known.add(new Known(
                            container.getFileName().toString(), port == 0 ? Address.NONE : new Address(host, port)));
                } else {
                    // The agent ended between making the folder and starting the process.
                    forget(container);
                }
            }
        }
        return known;
    }

    private static void forget(Path container) {
        try {
            delete(container);
        } catch (IOException refused) {
            LOG.warnf("%s can't be deleted: %s", container, refused.toString());
        }
    }

    @Override
    public Address start(Launch launch) throws IOException {
        ContainerRef ref = launch.ref();
        ContainerSpec spec = launch.spec();
        Path own = Files.createDirectories(folder.resolve(ref.id()));
        if (launch.port() != 0) {
            awaitFree(launch.port());
        }
        int port = takePort(launch.port(), launch.kept());
        write(own, "port", String.valueOf(port));
        Path workingDirectory =
                launch.source().isPresent() ? launch.source().get() : Files.createDirectories(own.resolve("work"));
        List<String> command = new ArrayList<>(List.of(
                "setsid",
                "sh",
                shim().toString(),
                own.toString(),
                cgroups.create(ref.id(), spec.cpuMillisLimit(), spec.memoryBytesLimit())));
        command.addAll(spec.command());
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(workingDirectory.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(output(ref.id()).toFile()));
        environment(builder.environment(), ref, spec, port, workingDirectory);
        Process process = builder.start();
        write(own, "process", Processes.Started.of(process.pid()).toString());
        process.onExit().thenRun(() -> ended.accept(ref.id()));
        return new Address(host, port);
    }

    /** The agent's own environment holds the cluster's keys: nothing of it is passed on but where programs are. */
    private static void environment(
            Map<String, String> environment, ContainerRef ref, ContainerSpec spec, int port, Path source) {
        Map<String, String> own = Map.copyOf(environment);
        environment.clear();
        for (String name : List.of("PATH", "HOME", "LANG", "TZ", "TMPDIR", "JAVA_HOME", "LD_LIBRARY_PATH")) {
            if (own.containsKey(name)) {
                environment.put(name, own.get(name));
            }
        }
        environment.putAll(spec.env());
        environment.put("PORT", String.valueOf(port));
        environment.put("BERTH_APP", ref.app());
        environment.put("BERTH_ENVIRONMENT", ref.environment());
        environment.put("BERTH_FUNCTION", ref.function());
        environment.put("BERTH_VERSION", String.valueOf(ref.version()));
        environment.put(MARK, ref.id());
        environment.put("BERTH_SOURCE", source.toString());
    }

    /** Whoever left it may be ending still; who stays would answer for the container. */
    private void awaitFree(int port) throws IOException {
        long until = System.nanoTime() + LEAVES_WITHIN.toNanos();
        while (true) {
            List<Listeners.Listener> holders = serving(port);
            if (holders.isEmpty()) {
                return;
            }
            if (System.nanoTime() > until) {
                throw new IOException("port " + port + " of this host is held by " + Listeners.owners(holders)
                        + ": end it, or leave web.port out of the manifest, and the app gets a free port in $PORT");
            }
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
        }
    }

    private List<Listeners.Listener> serving(int port) throws IOException {
        return Listeners.all().stream()
                .filter(listener -> listener.serves(address, port))
                .toList();
    }

    @Override
    public Listening listening(String id) throws IOException {
        Set<Long> own = new HashSet<>();
        Processes.with(mark(id)).forEach(process -> own.addAll(Listeners.sockets(process)));
        int port = (int) number(folder.resolve(id), "port", 0);
        List<String> elsewhere = new ArrayList<>();
        List<Listeners.Listener> strangers = new ArrayList<>();
        for (Listeners.Listener listener : Listeners.all()) {
            boolean serves = listener.serves(address, port);
            if (serves && !own.contains(listener.inode())) {
                strangers.add(listener);
            } else if (!serves && own.contains(listener.inode())) {
                elsewhere.add(listener.toString());
            }
        }
        // One that can't be seen, or is younger than the container, may be of it: some programs overwrite their
        // environment with their title, and the mark in it.
        Optional<Processes.Started> shell = shell(folder.resolve(id));
        Optional<String> stranger = strangers.stream()
                .flatMap(listener -> Listeners.owner(listener.inode()).stream())
                .filter(process -> shell.isPresent() && Processes.isOlder(process, shell.get()))
                .findFirst()
                .map(Processes::words);
        return new Listening(stranger, elsewhere);
    }

    private int takePort(int wanted, Set<Integer> kept) throws IOException {
        synchronized (ports) {
            int port = wanted != 0 ? wanted : freePort(kept);
            ports.hold(port);
            return port;
        }
    }

    private int freePort(Set<Integer> kept) throws IOException {
        int port = ports.take(kept, this::free)
                .orElseThrow(() -> new IOException("no port of " + ports.range()
                        + " is free on this host (" + kept.size()
                        + " are kept because a gateway may still send another app's "
                        + "requests there); give the agent more by berth.node.ports"));
        write(state, LAST_PORT, String.valueOf(port));
        return port;
    }

    private boolean free(int port) {
        try (ServerSocket any = new ServerSocket();
                ServerSocket own = new ServerSocket()) {
            own.bind(new InetSocketAddress(address, port));
            own.close();
            any.bind(new InetSocketAddress(port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    @Override
    public Optional<Exit> exit(String id) {
        Path own = folder.resolve(id);
        if (!Files.exists(own.resolve("exit")) && shellLives(own)) {
            return Optional.empty();
        }
        // Between its last line and its end, the shell may have written the status. On a full disk it writes an empty
        // one.
        int status = (int) number(own, "exit", -1);
        return Optional.of(new Exit(status, cgroups.ranOutOfMemory(id)));
    }

    private static boolean shellLives(Path own) {
        try {
            Optional<Processes.Started> shell = shell(own);
            return shell.isPresent() && shell.get().lives();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** The one above its command; empty where it can't be read. */
    private static Optional<Processes.Started> shell(Path own) {
        try {
            return Optional.of(Processes.Started.parse(read(own, "process")));
        } catch (IOException lost) {
            LOG.debugf("%s: %s", own, lost.toString());
            return Optional.empty();
        }
    }

    private static String mark(String id) {
        return MARK + "=" + id;
    }

    @Override
    public void terminate(String id) throws IOException {
        // Before its command has begun there is nothing to end in order, and the shell above it, which waits for the
        // command whatever comes, would swallow the signal.
        signal(id, commandHasBegun(folder.resolve(id)) ? "TERM" : "KILL");
    }

    /** The shell's child is the shell's own copy, handlers and all, until it has become the command. */
    private static boolean commandHasBegun(Path own) throws IOException {
        String command = Files.exists(own.resolve("command")) ? read(own, "command") : "";
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
        signal(id, "KILL");
        cgroups.kill(id);
        // Also what has left its session; but nobody who only has a number that was this container's once.
        Processes.killAll(() -> Processes.with(mark(id)));
        Optional<Processes.Started> shell = shell(folder.resolve(id));
        if (shell.isPresent()) {
            for (long left : Processes.leftBy(shell.get())) {
                Processes.signal("KILL", List.of(String.valueOf(left)));
            }
        }
    }

    /** Its group is its own as long as its shell lives. */
    private void signal(String id, String signal) throws IOException {
        Path own = folder.resolve(id);
        Optional<Processes.Started> shell = shell(own);
        if (shell.isPresent() && shell.get().lives()) {
            String pid = String.valueOf(shell.get().pid());
            // A moment after its start it leads no group yet.
            Processes.signal(signal, signal.equals("KILL") ? List.of(pid, "-" + pid) : List.of("-" + pid));
        }
    }

    @Override
    public Path output(String id) {
        return folder.resolve(id).resolve("output.log");
    }

    @Override
    public void remove(String id) throws IOException {
        Path own = folder.resolve(id);
        if (!Files.exists(own)) {
            return;
        }
        kill(id);
        cgroups.remove(id);
        int port = (int) number(own, "port", 0);
        delete(own);
        synchronized (ports) {
            ports.giveBack(port);
        }
    }

    private static long number(Path folder, String name, long lost) {
        try {
            return Files.exists(folder.resolve(name)) ? Long.parseLong(read(folder, name)) : lost;
        } catch (IOException | NumberFormatException unreadable) {
            LOG.debugf("%s/%s can't be read: %s", folder, name, unreadable.toString());
            return lost;
        }
    }

    private static String read(Path folder, String name) throws IOException {
        return Files.readString(folder.resolve(name)).strip();
    }

    /**
     * Whole or not at all, also when the agent is killed meanwhile. No power cut leaves a process that these files could
     * speak of, so the disk is not waited for.
     */
    private static void write(Path folder, String name, String content) throws IOException {
        Path next = folder.resolve(name + ".new");
        Files.write(next, content.getBytes(StandardCharsets.UTF_8));
        Files.move(next, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void delete(Path path) throws IOException {
        if (Files.isDirectory(path, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            try (Stream<Path> children = Files.list(path)) {
                for (Path child : children.toList()) {
                    delete(child);
                }
            }
        }
        try {
            Files.deleteIfExists(path);
        } catch (NoSuchFileException gone) {
            // A command that is ending may have deleted its own file.
        }
    }
}
