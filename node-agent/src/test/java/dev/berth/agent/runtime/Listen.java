package dev.berth.agent.runtime;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** A container's program: listens on an address and a port until it is ended. */
final class Listen {
    private Listen() {}

    public static void main(String... args) throws IOException, InterruptedException {
        try (ServerSocket socket = new ServerSocket(Integer.parseInt(args[1]), 50, InetAddress.getByName(args[0]))) {
            System.out.println("listens on " + socket);
            Thread.sleep(Long.MAX_VALUE);
        }
    }
}
