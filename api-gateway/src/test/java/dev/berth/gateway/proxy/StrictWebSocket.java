package dev.berth.gateway.proxy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A server's end of a WebSocket by the letter of RFC 6455: says back every frame of a message, and forgives nothing. */
final class StrictWebSocket {
    /** A message that begins so is said back by half, and then the server is gone. */
    static final String GOES = "go";

    private static final int MOST = 1 << 20;
    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private final InputStream in;
    private final OutputStream out;
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    /** Of the message under way; 0 where none is. */
    private int kind;

    StrictWebSocket(InputStream in, OutputStream out) {
        this.in = in;
        this.out = out;
    }

    /** Reads until the end of it, and says how it came: {@code fault}, {@code closed}, {@code gone} or {@code ended}. */
    String serve() throws IOException {
        try {
            while (true) {
                int first = in.read();
                if (first < 0) {
                    return "ended between frames";
                }
                String end = frame(first);
                if (end != null) {
                    return end;
                }
            }
        } catch (EOFException cut) {
            return "ended in a frame";
        }
    }

    private String frame(int first) throws IOException {
        int second = next();
        boolean last = (first & 0x80) != 0;
        int opcode = first & 0x0f;
        int shortLength = second & 0x7f;
        if ((first & 0x70) != 0) {
            return fault(1002, "reserved bits");
        }
        if (opcode > BINARY && opcode < CLOSE || opcode > PONG) {
            return fault(1002, "opcode " + opcode);
        }
        if (opcode >= CLOSE && (!last || shortLength > 125)) {
            return fault(1002, "control frame of several, or too long");
        }
        if (opcode == CONTINUATION && kind == 0 || (opcode == TEXT || opcode == BINARY) && kind != 0) {
            return fault(1002, "fragments out of order");
        }
        if ((second & 0x80) == 0) {
            return fault(1002, "no mask");
        }
        long length = length(shortLength);
        if (length < 0 || shortLength == 126 && length < 126 || shortLength == 127 && length < 65_536) {
            return fault(1002, "length in another than its shortest form");
        }
        if (length > MOST) {
            return fault(1009, "too long");
        }
        byte[] payload = payload((int) length);
        return switch (opcode) {
            case CLOSE -> close(payload);
            case PING -> say(0x80 | PONG, payload);
            case PONG -> null;
            default -> data(first, last, payload);
        };
    }

    private int next() throws IOException {
        int next = in.read();
        if (next < 0) {
            throw new EOFException();
        }
        return next;
    }

    private long length(int shortLength) throws IOException {
        int bytes = shortLength == 126 ? 2 : shortLength == 127 ? 8 : 0;
        long length = bytes == 0 ? shortLength : 0;
        for (int i = 0; i < bytes; i++) {
            length = length << 8 | next();
        }
        return length;
    }

    private byte[] payload(int length) throws IOException {
        byte[] mask = {(byte) next(), (byte) next(), (byte) next(), (byte) next()};
        byte[] payload = in.readNBytes(length);
        if (payload.length < length) {
            throw new EOFException();
        }
        for (int i = 0; i < length; i++) {
            payload[i] = (byte) (payload[i] ^ mask[i % 4]);
        }
        return payload;
    }

    private String data(int first, boolean last, byte[] payload) throws IOException {
        kind = kind == 0 ? first & 0x0f : kind;
        message.writeBytes(payload);
        if (last) {
            if (kind == TEXT && !utf8(message.toByteArray())) {
                return fault(1007, "no UTF-8");
            }
            message.reset();
            kind = 0;
        }
        if (new String(payload, StandardCharsets.ISO_8859_1).startsWith(GOES)) {
            byte[] frame = frame(first, payload);
            out.write(frame, 0, frame.length / 2);
            return "gone";
        }
        return say(first, payload);
    }

    private String close(byte[] payload) throws IOException {
        if (payload.length == 0) {
            say(0x80 | CLOSE, payload);
            return "closed";
        }
        int code = payload.length == 1 ? 0 : (payload[0] & 0xff) << 8 | payload[1] & 0xff;
        boolean ofTheProtocol = code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
        if (!ofTheProtocol && (code < 3000 || code > 4999)) {
            return fault(1002, "code " + code);
        }
        if (!utf8(Arrays.copyOfRange(payload, 2, payload.length))) {
            return fault(1007, "no UTF-8 in a reason");
        }
        say(0x80 | CLOSE, payload);
        return "closed " + code;
    }

    private String fault(int code, String reason) throws IOException {
        byte[] text = reason.getBytes(StandardCharsets.US_ASCII);
        say(
                0x80 | CLOSE,
                ByteBuffer.allocate(2 + text.length)
                        .putShort((short) code)
                        .put(text)
                        .array());
        return "fault " + code + ": " + reason;
    }

    private String say(int first, byte[] payload) throws IOException {
        out.write(frame(first, payload));
        return null;
    }

    /** A frame as servers send it, without a mask. */
    private static byte[] frame(int first, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(10 + payload.length).put((byte) first);
        if (payload.length < 126) {
            frame.put((byte) payload.length);
        } else if (payload.length < 65_536) {
            frame.put((byte) 126).putShort((short) payload.length);
        } else {
            frame.put((byte) 127).putLong(payload.length);
        }
        return Arrays.copyOf(frame.put(payload).array(), frame.position());
    }

    private static boolean utf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)) != null;
        } catch (CharacterCodingException not) {
            return false;
        }
    }
}
