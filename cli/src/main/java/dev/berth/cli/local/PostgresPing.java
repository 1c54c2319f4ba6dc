package dev.berth.cli.local;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Asks a PostgreSQL of this machine whether it takes sessions. Its port accepts before that: it says "starting up" there
 * (SQLSTATE 57P03) while it reads its log.
 */
final class PostgresPing {
    private static final int PROTOCOL_3_0 = 3 << 16;
    private static final int LONGEST_ANSWER = 64 << 10;
    private static final byte[] USER = "user\0berth\0\0".getBytes(StandardCharsets.US_ASCII);

    private PostgresPing() {}

    /**
     * No session comes of it, and no line in the server's log: it leaves when it is asked for a password.
     *
     * @throws IOException where nobody answers
     */
    static boolean takesSessions(int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 500);
            socket.setSoTimeout(2000);
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.write(ByteBuffer.allocate(8 + USER.length)
                    .putInt(8 + USER.length)
                    .putInt(PROTOCOL_3_0)
                    .put(USER)
                    .array());
            DataInputStream in = new DataInputStream(socket.getInputStream());
            return switch (in.readByte()) {
                case 'R' -> true;
                case 'E' -> !sqlState(in).equals("57P03");
                default -> false;
            };
        }
    }

    /** Of an error's fields: each begins with a byte that names it, and ends with a zero. */
    private static String sqlState(DataInputStream in) throws IOException {
        int length = in.readInt() - 4;
        if (length < 0 || length > LONGEST_ANSWER) {
            return "57P03";
        }
        for (String field : new String(in.readNBytes(length), StandardCharsets.UTF_8).split("\0")) {
            if (field.startsWith("C")) {
                return field.substring(1);
            }
        }
        return "";
    }
}
