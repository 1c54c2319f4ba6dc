package dev.berth.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers as PostgreSQL 18 writes them. The real one is asked in {@link DatabaseUrlIT}. */
@Timeout(30)
class PostgresPingTest {

    private static byte[] error(String sqlState, String message) {
        byte[] fields = ("SFATAL\0VFATAL\0C" + sqlState + "\0M" + message + "\0\0").getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(5 + fields.length)
                .put((byte) 'E')
                .putInt(4 + fields.length)
                .put(fields)
                .array();
    }

    private static boolean readyBy(byte[] answer) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answer(server, answer));
            return new PartFile(server.getLocalPort(), Optional.of("postgresql://127.0.0.1")).ready();
        }
    }

    private static void answer(ServerSocket server, byte[] answer) {
        try (Socket socket = server.accept()) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            in.readNBytes(in.readInt() - 4);
            socket.getOutputStream().write(answer);
        } catch (IOException gone) {
            throw new AssertionError(gone);
        }
    }

    @Test
    void oneThatIsStartingUpIsNotReady() throws Exception {
        assertThat(readyBy(error("57P03", "the database system is starting up")))
                .isFalse();
    }

    @Test
    void oneThatAsksForAPasswordIsReady() throws Exception {
        assertThat(readyBy(new byte[] {'R', 0, 0, 0, 8, 0, 0, 0, 5})).isTrue();
    }

    @Test
    void oneThatRefusesThisUserIsReady() throws Exception {
        assertThat(readyBy(error("28000", "no pg_hba.conf entry for host"))).isTrue();
    }

    @Test
    void whatIsCutShortOrNoPostgresIsNotReady() throws Exception {
        assertThat(readyBy(new byte[] {})).isFalse();
        assertThat(readyBy(new byte[] {'E', 0, 0})).isFalse();
        assertThat(readyBy(new byte[] {'E', 127, 0, 0, 0, 1})).isFalse();
        assertThat(readyBy("HTTP/1.1 400 Bad Request\r\n".getBytes(StandardCharsets.US_ASCII)))
                .isFalse();
    }

    @Test
    void nobodyThereIsSaid() throws IOException {
        int free = Ports.free();
        assertThatThrownBy(() -> PostgresPing.takesSessions(free)).isInstanceOf(IOException.class);
    }
}
