package dev.berth.gateway.proxy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** What a client may say over a WebSocket, drawn: most frames as RFC 6455 has them, some with one thing wrong. */
final class DrawnFrames {
    /** The first six are allowed. */
    private static final int[] CODES = {1000, 1001, 1007, 1014, 3000, 4999, 0, 999, 1004, 1005, 1006, 1015, 2999, 5000};

    private static final String[] TEXTS = {"", "a", "h\u00e9llo", "\ud83d\ude00", StrictWebSocket.GOES + " away"};

    private final Random random;
    private final ByteArrayOutputStream all = new ByteArrayOutputStream();
    private boolean inMessage;

    private DrawnFrames(Random random) {
        this.random = random;
    }

    /** Frames one after the other; in one of four cases cut where no frame needs to end. */
    static byte[] next(Random random) {
        DrawnFrames drawn = new DrawnFrames(random);
        for (int i = random.nextInt(8); i >= 0; i--) {
            drawn.frame();
        }
        if (random.nextBoolean()) {
            drawn.close();
            if (random.nextInt(3) == 0) {
                drawn.frame();
            }
        }
        byte[] all = drawn.all.toByteArray();
        return random.nextInt(4) == 0 ? Arrays.copyOf(all, random.nextInt(all.length + 1)) : all;
    }

    /** The same bytes in pieces. */
    static List<byte[]> pieces(byte[] all, Random random) {
        int most =
                switch (random.nextInt(3)) {
                    case 0 -> 1 + all.length / 100;
                    case 1 -> 1 + all.length / 3;
                    default -> all.length + 1;
                };
        List<byte[]> pieces = new ArrayList<>();
        for (int at = 0; at < all.length; at += pieces.getLast().length) {
            pieces.add(Arrays.copyOfRange(all, at, Math.min(all.length, at + 1 + random.nextInt(most))));
        }
        return pieces;
    }

    private void frame() {
        if (random.nextInt(4) == 0) {
            byte[] said = new byte[random.nextInt(8) == 0 ? 125 : random.nextInt(6)];
            random.nextBytes(said);
            add(true, random.nextBoolean() ? 9 : 10, said);
            return;
        }
        boolean last = random.nextInt(3) > 0;
        int opcode = inMessage ? 0 : 1 + random.nextInt(2);
        inMessage = !last;
        add(last, opcode, payload());
    }

    private byte[] payload() {
        return switch (random.nextInt(10)) {
            case 0 -> new byte[] {'x', (byte) 0xc3};
            case 1 -> new byte[125 + random.nextInt(3)];
            case 2 -> new byte[random.nextInt(2_000)];
            case 3 -> random.nextInt(6) == 0 ? new byte[65_534 + random.nextInt(4)] : new byte[] {1};
            default ->
                TEXTS[random.nextInt(random.nextInt(4) == 0 ? TEXTS.length : TEXTS.length - 1)].getBytes(
                        StandardCharsets.UTF_8);
        };
    }

    private void close() {
        byte[] reason = payload();
        ByteBuffer payload = ByteBuffer.allocate(2 + Math.min(100, reason.length));
        payload.putShort((short) CODES[random.nextInt(random.nextBoolean() ? 6 : CODES.length)]);
        payload.put(reason, 0, payload.remaining());
        add(true, 8, Arrays.copyOf(payload.array(), random.nextInt(4) == 0 ? random.nextInt(3) : payload.position()));
    }

    private void add(boolean last, int opcode, byte[] payload) {
        int wrong = random.nextInt(90);
        int first = (last ? 0x80 : 0) | opcode;
        switch (wrong) {
            case 0 -> first |= 0x10 << random.nextInt(3);
            case 1 -> first = first & 0xf0 | 3 + random.nextInt(5);
            case 2 -> first = first & 0xf0 | 11 + random.nextInt(5);
            case 3 -> first = first & 0xf0 | random.nextInt(3);
            case 4 -> first ^= 0x80;
            default -> {
                // Its first byte is right.
            }
        }
        int masked = wrong == 5 ? 0 : 0x80;
        int form = payload.length < 126 ? 0 : payload.length < 65_536 ? 2 : 8;
        if (wrong == 6 && form < 8) {
            form = form == 0 && random.nextBoolean() ? 2 : 8;
        }
        long length = wrong == 7 ? payload.length | Long.MIN_VALUE : wrong == 8 ? 1 << 30 : payload.length;
        if (wrong == 7 || wrong == 8) {
            form = 8;
        }
        ByteBuffer head = ByteBuffer.allocate(14).put((byte) first);
        switch (form) {
            case 0 -> head.put((byte) (masked | payload.length));
            case 2 -> head.put((byte) (masked | 126)).putShort((short) length);
            default -> head.put((byte) (masked | 127)).putLong(length);
        }
        byte[] mask = new byte[masked == 0 ? 0 : 4];
        random.nextBytes(mask);
        all.write(head.array(), 0, head.position());
        all.writeBytes(mask);
        for (int i = 0; i < payload.length; i++) {
            all.write(mask.length == 0 ? payload[i] : payload[i] ^ mask[i % 4]);
        }
    }
}
