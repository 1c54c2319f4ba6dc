package dev.berth.agent.runtime;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** The ports of this host, for the containers of all its drivers. Containers start at once: any thread may use it. */
public final class HostPorts {
    private static final String LAST = "last-port";
    /** How long a port that was left may still be held by who is ending. */
    private static final Duration LEAVES_WITHIN = Duration.ofSeconds(2);

    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private final InetAddress address;
    private final ContainerFolder state;
    private final FreePorts ports;

    /**
     * @param address of this host, where gateways reach it
     * @param folder of the agent, where the last one that was given is kept
     * @param range ports that it may give; best below those that the kernel picks for outgoing connections
     */
    public HostPorts(InetAddress address, Path folder, PortRange range) {
        this.address = address;
        state = new ContainerFolder(folder);
        // Agents of different Berths on one host begin at different places.
        int place = range.first()
                + Math.floorMod(state.path().toAbsolutePath().toString().hashCode(), range.size());
        ports = new FreePorts(range, (int) state.number(LAST, place));
    }

    /** A container has it. */
    public synchronized void hold(int port) {
        ports.hold(port);
    }

    public synchronized void giveBack(int port) {
        ports.giveBack(port);
    }

    /**
     * Takes one for a container.
     *
     * @param wanted 0 for any that is free; one that is wanted is waited for where somebody is leaving it
     * @param kept those that are not free, though nobody listens there
     * @throws IOException where somebody has it, or none is free
     */
    public int take(int wanted, Set<Integer> kept) throws IOException {
        if (wanted != 0) {
            awaitFree(wanted);
            hold(wanted);
            return wanted;
        }
        return takeAny(kept);
    }

    private synchronized int takeAny(Set<Integer> kept) throws IOException {
        int port = ports.take(kept, this::free)
                .orElseThrow(() -> new IOException("no port of " + ports.range()
                        + " is free on this host (" + kept.size()
                        + " are kept because a gateway may still send another app's "
                        + "requests there); give the agent more by berth.node.ports"));
        state.write(LAST, String.valueOf(port));
        return port;
    }

    /** Whoever left it may be ending still; who stays would answer for the container. */
    private void awaitFree(int port) throws IOException {
        long until = System.nanoTime() + LEAVES_WITHIN.toNanos();
        while (true) {
            List<Listeners.Listener> holders = Listeners.all().stream()
                    .filter(listener -> serves(listener, port))
                    .toList();
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

    /** Whether it takes what gateways send there. */
    boolean serves(Listeners.Listener listener, int port) {
        return listener.serves(address, port);
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
}
