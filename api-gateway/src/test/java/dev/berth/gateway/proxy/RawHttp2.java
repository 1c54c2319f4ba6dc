package dev.berth.gateway.proxy;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** An HTTP/2 client that checks nothing of what it sends. */
final class RawHttp2 implements AutoCloseable {
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int GOAWAY = 7;

    private final Socket socket;
    private final DataInputStream in;
    private int stream = -1;

    RawHttp2(Socket socket) throws IOException {
        this.socket = socket;
        in = new DataInputStream(socket.getInputStream());
        socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        frame(SETTINGS, 0, 0, new byte[0]);
    }

    /** Sends a request without a body; names and values by turns. */
    void request(String... fields) throws IOException {
        stream += 2;
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int i = 0; i < fields.length; i += 2) {
            // A literal that is not to be indexed, with a new name (RFC 7541, 6.2.2).
            block.write(0);
            text(block, fields[i]);
            text(block, fields[i + 1]);
        }
        frame(HEADERS, 0x5, stream, block.toByteArray());
    }

    private static void text(ByteArrayOutputStream to, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        if (bytes.length > 126) {
            throw new IllegalArgumentException("too long for one byte of length");
        }
        to.write(bytes.length);
        to.writeBytes(bytes);
    }

    private void frame(int type, int flags, int of, byte[] payload) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(payload.length >> 16);
        frame.write(payload.length >> 8);
        frame.write(payload.length);
        frame.write(type);
        frame.write(flags);
        frame.write(of >> 24);
        frame.write(of >> 16);
        frame.write(of >> 8);
        frame.write(of);
        frame.writeBytes(payload);
        socket.getOutputStream().write(frame.toByteArray());
    }

    /** How the last request's answer begins: {@code headers}, {@code reset N}, {@code goaway N} or {@code closed}. */
    String outcome() throws IOException {
        while (true) {
            int first = in.read();
            if (first < 0) {
                return "closed";
            }
            int length = first << 16 | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int of = in.readInt();
            byte[] payload = in.readNBytes(length);
            if (type == SETTINGS && flags == 0) {
                frame(SETTINGS, 1, 0, new byte[0]);
            } else if (type == GOAWAY) {
                return "goaway " + payload[7];
            } else if (of == stream && type == RST_STREAM) {
                return "reset " + payload[3];
            } else if (of == stream && type == HEADERS) {
                return "headers";
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
