package dev.berth.agent.runtime;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The TCP sockets that processes of this host listen on, and whose they are, as /proc has it. */
final class Listeners {
    private static final String LISTENS = "0A";

    /** @param inode of its socket */
    record Listener(InetAddress at, int port, long inode) {
        /** Whether it takes connections to this address. */
        boolean serves(InetAddress host, int wanted) {
            return port == wanted && (at.isAnyLocalAddress() || at.equals(host));
        }

        @Override
        public String toString() {
            String host = at.getHostAddress();
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    private Listeners() {}

    static List<Listener> all() throws IOException {
        List<Listener> all = new ArrayList<>();
        for (String table : List.of("net/tcp", "net/tcp6")) {
            Path file = Processes.PROC.resolve(table);
            if (Files.exists(file)) {
                for (String line : Files.readAllLines(file)) {
                    parse(line).ifPresent(all::add);
                }
            }
        }
        return all;
    }

    /** {@code  0: 0100007F:1F90 00000000:0000 0A … uid timeout inode …}; empty for a head, and for what does not listen. */
    static Optional<Listener> parse(String line) throws UnknownHostException {
        String[] fields = line.strip().split("\\s+");
        if (fields.length < 10 || !fields[3].equals(LISTENS)) {
            return Optional.empty();
        }
        String[] local = fields[1].split(":");
        return Optional.of(new Listener(
                address(HexFormat.of().parseHex(local[0])), Integer.parseInt(local[1], 16), Long.parseLong(fields[9])));
    }

    /** The kernel writes each four bytes in the order of this machine. */
    private static InetAddress address(byte[] bytes) throws UnknownHostException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        ByteBuffer out = ByteBuffer.allocate(bytes.length).order(ByteOrder.nativeOrder());
        while (in.hasRemaining()) {
            out.putInt(in.getInt());
        }
        return InetAddress.getByAddress(out.array());
    }

    /** Inodes of the sockets that a process has open; empty where it is gone, or is another user's. */
    static Set<Long> sockets(long process) {
        Set<Long> sockets = new HashSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Processes.PROC.resolve(process + "/fd"))) {
            for (Path file : files) {
                socket(file).ifPresent(sockets::add);
            }
        } catch (IOException | java.nio.file.DirectoryIteratorException gone) {
            return sockets;
        }
        return sockets;
    }

    private static Optional<Long> socket(Path file) {
        try {
            String target = Files.readSymbolicLink(file).toString();
            return target.startsWith("socket:[")
                    ? Optional.of(Long.parseLong(target.substring("socket:[".length(), target.length() - 1)))
                    : Optional.empty();
        } catch (IOException closed) {
            return Optional.empty();
        }
    }

    /** The process that has a socket; empty where it can't be seen. */
    static Optional<Long> owner(long inode) {
        return Processes.all().stream()
                .filter(process -> sockets(process).contains(inode))
                .findFirst();
    }

    /** Whose sockets these are, in words. */
    static String owners(List<Listener> listeners) {
        List<String> owners = listeners.stream()
                .map(listener ->
                        owner(listener.inode()).map(Processes::words).orElse("a process that this agent may not see"))
                .distinct()
                .toList();
        return String.join(", ", owners);
    }
}
