package dev.berth.gateway.proxy.http;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;

/** Draws messages with a change or a few: bytes put in, taken out, made others, said twice, another message's end. */
final class Changes {
    private static final String[] BITS = {
        "\r",
        "\n",
        "\r\n",
        "\r\n\r\n",
        " ",
        "\t",
        ":",
        ",",
        ";",
        "\0",
        "\u007f",
        "\u00e9",
        "0",
        "5",
        "f",
        "=",
        "\"",
        "\\",
        "@",
        "#",
        "?",
        "/",
        "%",
        "[",
        "]",
        "*",
        "HTTP/1.0",
        "HTTP/1.1",
        "Host: x\r\n",
        "Content-Length: 5\r\n",
        "Content-Length: 3\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Connection: close\r\n",
        "Connection: content-length, x, host\r\n",
        "Upgrade: x\r\n",
        "Connection: upgrade\r\n",
        "X: y\r\n",
        "TE: trailers\r\n",
        "chunked",
        ", ",
        "1\r\nx\r\n",
        "0\r\n\r\n",
        ";a=b",
        "Expect: 100-continue\r\n"
    };
    private final List<byte[]> all;
    private final List<byte[]> taken;
    private final Random random;

    /** @param read tells what becomes of a message; half of those that are changed are accepted as they are */
    Changes(Stream<byte[]> messages, Random random, Function<byte[][], String> read) {
        this.random = random;
        all = messages.toList();
        taken = all.stream()
                .filter(one -> !read.apply(new byte[][] {one}).matches("(?s)(more|\\d).*"))
                .toList();
    }

    static byte[] joined(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    byte[] next() {
        List<byte[]> from = random.nextBoolean() ? taken : all;
        byte[] message = from.get(random.nextInt(from.size()));
        for (int changes = random.nextInt(4); changes > 0 && message.length > 1; changes--) {
            int at = random.nextInt(message.length);
            int to = Math.min(message.length, at + 1 + random.nextInt(12));
            byte[] head = Arrays.copyOf(message, at);
            byte[] part = Arrays.copyOfRange(message, at, to);
            byte[] rest = Arrays.copyOfRange(message, to, message.length);
            byte[] bit = Reading.ascii(BITS[random.nextInt(BITS.length)]);
            message = switch (random.nextInt(6)) {
                case 0 -> joined(head, joined(bit, joined(part, rest)));
                case 1 -> joined(head, rest);
                case 2 -> joined(head, joined(bit, rest));
                case 3 -> joined(head, joined(part, joined(part, rest)));
                case 4 -> {
                    part[0] = (byte) random.nextInt(256);
                    yield joined(head, joined(part, rest));
                }
                default -> {
                    byte[] other = all.get(random.nextInt(all.size()));
                    yield joined(head, Arrays.copyOfRange(other, Math.min(at, other.length), other.length));
                }
            };
        }
        return message;
    }
}
