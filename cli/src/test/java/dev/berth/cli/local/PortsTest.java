package dev.berth.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class PortsTest {
    /** Before any part listens. */
    @Test
    void twoBerthsAreGivenDifferentPorts() throws IOException {
        try (Ports one = new Ports();
                Ports other = new Ports()) {
            int first = one.next();
            int second = other.next();
            assertThat(one.next()).isNotIn(first, second);
            assertThat(other.next()).isNotIn(first, second);
        }
    }

    @Test
    void portsAreFreeForThePartsAndForOthersAfterwards() throws IOException {
        int port;
        try (Ports ports = new Ports()) {
            port = ports.next();
            try (ServerSocket part = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
                assertThat(part.isBound()).isTrue();
                try (Ports other = new Ports()) {
                    assertThat(other.next()).isNotEqualTo(port);
                }
            }
        }
        try (ServerSocket any = new ServerSocket(port)) {
            assertThat(any.isBound()).isTrue();
        }
    }
}
