package dev.berth.gateway.proxy;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** An HTTP/2 client that checks nothing of what it sends. */
final class RawHttp2 implements AutoCloseable {
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int GOAWAY = 7;
    private static final int CONTINUATION = 9;
    private static final int LARGEST_FRAME = 16_384;

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
        byte[] all = block.toByteArray();
        int first = Math.min(all.length, LARGEST_FRAME);
        frame(HEADERS, first == all.length ? 0x5 : 0x1, stream, Arrays.copyOf(all, first));
        for (int at = first; at < all.length; at += LARGEST_FRAME) {
            int to = Math.min(all.length, at + LARGEST_FRAME);
            frame(CONTINUATION, to == all.length ? 0x4 : 0, stream, Arrays.copyOfRange(all, at, to));
        }
    }

    private static void text(ByteArrayOutputStream to, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        // An integer with a prefix of seven bits (RFC 7541, 5.1).
        int left = bytes.length - 127;
        to.write(Math.min(bytes.length, 127));
        while (left >= 128) {
            to.write(left % 128 + 128);
            left /= 128;
        }
        if (left >= 0) {
            to.write(left);
        }
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
