package dev.berth.agent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListenersTest {
    /** As a machine that stores the lowest byte first writes them. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4711 1 0 100 0 0 10 0 | 127.0.0.1:8080 | true | false
            12: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 33 0 4711 1 0 100 0 0 10 0 | 0.0.0.0:8080 | true | true
            3: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4711 1 | [0:0:0:0:0:0:0:0]:8080 | true | true
            3: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 4711 1 | [0:0:0:0:0:0:0:1]:8080 | false | false
            """)
    void lineOfAListenerIsReadAndSaysWhomItServes(String line, String shown, boolean loopback, boolean other)
            throws IOException {
        Listeners.Listener listener = Listeners.parse(line).orElseThrow();
        assertThat(listener.toString()).isEqualTo(shown);
        assertThat(listener.inode()).isEqualTo(4711);
        assertThat(listener.serves(InetAddress.getByName("127.0.0.1"), 8080)).isEqualTo(loopback);
        assertThat(listener.serves(InetAddress.getByName("10.1.2.3"), 8080)).isEqualTo(other);
        assertThat(listener.serves(InetAddress.getByName("127.0.0.1"), 8081)).isFalse();
    }

    @Test
    void whatDoesNotListenIsNoListener() throws IOException {
        assertThat(Listeners.parse("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid"))
                .isEmpty();
        assertThat(Listeners.parse(
                        "1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000 0 0 4711 1 0 20 4"))
                .isEmpty();
    }

    @Test
    void ownSocketIsFoundByItsProcess() throws IOException {
        try (ServerSocket own = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            List<Listeners.Listener> found = Listeners.all().stream()
                    .filter(listener -> listener.serves(own.getInetAddress(), own.getLocalPort()))
                    .toList();
            assertThat(found).hasSize(1);
            assertThat(Listeners.sockets(ProcessHandle.current().pid()))
                    .contains(found.getFirst().inode());
            assertThat(Listeners.owners(found))
                    .startsWith("process " + ProcessHandle.current().pid() + " (");
        }
    }
}
