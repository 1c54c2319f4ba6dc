package dev.berth.agent.runtime.engine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What /proc tells of a container whose first process is one of this host; nothing where it can't be read. */
record Insides(Path proc, long first) {
    private static final int TERM = 15;
    private static final int TTIN = 21;
    private static final String LISTENS = "0A";
    /** The engine's own resolver, in every container of a network of its own. */
    private static final String RESOLVER = "127.0.0.11";

    /** @param inode of its socket */
    record Listener(InetAddress at, int port, long inode) {
        boolean serves(String ip, int wanted) {
            return port == wanted
                    && (at.isAnyLocalAddress() || at.getHostAddress().equals(ip));
        }

        @Override
        public String toString() {
            String host = at.getHostAddress();
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    static Insides of(long first) {
        return new Insides(Path.of("/proc"), first);
    }

    /**
     * Whether its first process handles the signal to end, or keeps it for later. The kernel throws away what the first
     * process of a container does not handle, and after its start it handles nothing for a moment.
     */
    boolean mindsTermination() {
        try {
            // Until it becomes the container's own, it is the runtime's, which handles it by doing nothing.
            if (Files.readString(proc.resolve(first + "/comm")).startsWith("runc")) {
                return false;
            }
            for (String line : Files.readAllLines(proc.resolve(first + "/status"))) {
                if ((line.startsWith("SigBlk:") || line.startsWith("SigCgt:")) && has(line, TERM)
                        // While it waits for signals, docker-init blocks none; what it ignores it has set after it was
                        // ready for the others.
                        || line.startsWith("SigIgn:") && has(line, TTIN)) {
                    return true;
                }
            }
            return false;
        } catch (IOException unknown) {
            return true;
        }
    }

    private static boolean has(String mask, int signal) {
        return (Long.parseUnsignedLong(mask.substring(7).strip(), 16) & 1L << signal - 1) != 0;
    }

    /** The sockets that connections are taken on, in the network that it is in. */
    List<Listener> listeners() {
        List<Listener> all = new ArrayList<>();
        for (String table : List.of("net/tcp", "net/tcp6")) {
            try {
                for (String line : Files.readAllLines(proc.resolve(first + "/" + table))) {
                    parse(line).ifPresent(all::add);
                }
            } catch (IOException unreadable) {
                return all;
            }
        }
        return all;
    }

    /** {@code 0: 0100007F:1F90 00000000:0000 0A … uid timeout inode …}; empty for a head, and for what takes none. */
    static Optional<Listener> parse(String line) throws UnknownHostException {
        String[] fields = line.strip().split("\\s+");
        if (fields.length < 10 || !fields[3].equals(LISTENS)) {
            return Optional.empty();
        }
        String[] local = fields[1].split(":");
        // The kernel writes each four bytes in the order of this machine.
        ByteBuffer in = ByteBuffer.wrap(HexFormat.of().parseHex(local[0]));
        ByteBuffer out = ByteBuffer.allocate(in.remaining()).order(ByteOrder.nativeOrder());
        while (in.hasRemaining()) {
            out.putInt(in.getInt());
        }
        Listener listener = new Listener(
                InetAddress.getByAddress(out.array()), Integer.parseInt(local[1], 16), Long.parseLong(fields[9]));
        return listener.at().getHostAddress().equals(RESOLVER) ? Optional.empty() : Optional.of(listener);
    }

    /** Sockets of all its processes. */
    Set<Long> sockets() {
        Set<Long> sockets = new HashSet<>();
        Optional<Path> own = namespace(first);
        if (own.isPresent()) {
            for (long process : processes()) {
                if (namespace(process).equals(own)) {
                    sockets.addAll(sockets(process));
                }
            }
        }
        return sockets;
    }

    private Optional<Path> namespace(long process) {
        try {
            return Optional.of(Files.readSymbolicLink(proc.resolve(process + "/ns/pid")));
        } catch (IOException hidden) {
            return Optional.empty();
        }
    }

    private List<Long> processes() {
        List<Long> all = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(proc, "[0-9]*")) {
            entries.forEach(each -> all.add(Long.valueOf(each.getFileName().toString())));
        } catch (IOException | DirectoryIteratorException gone) {
            return all;
        }
        return all;
    }

    private Set<Long> sockets(long process) {
        Set<Long> sockets = new HashSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(proc.resolve(process + "/fd"))) {
            for (Path file : files) {
                String target = Files.readSymbolicLink(file).toString();
                if (target.startsWith("socket:[")) {
                    sockets.add(Long.valueOf(target.substring("socket:[".length(), target.length() - 1)));
                }
            }
        } catch (IOException | DirectoryIteratorException gone) {
            return sockets;
        }
        return sockets;
    }

    /** Who has a socket, in words; empty where that can't be seen. */
    Optional<String> owner(long inode) {
        for (long process : processes()) {
            if (sockets(process).contains(inode)) {
                return Optional.of("process " + process + name(process));
            }
        }
        return Optional.empty();
    }

    private String name(long process) {
        try {
            return " (" + Files.readString(proc.resolve(process + "/comm")).strip() + ")";
        } catch (IOException gone) {
            return "";
        }
    }
}
