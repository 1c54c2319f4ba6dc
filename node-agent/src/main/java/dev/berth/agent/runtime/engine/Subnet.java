package dev.berth.agent.runtime.engine;

import java.io.IOException;
import java.util.Arrays;

/**
 * The IPv4 addresses of a network.
 *
 * @param base its own address, as a number
 * @param bits of its mask
 */
record Subnet(long base, int bits) {
    /** @throws IOException where the text is not as 172.18.0.0/16 */
    static Subnet parse(String text) throws IOException {
        String[] parts = text.split("/", -1);
        try {
            long base = number(parts[0]);
            int bits = Integer.parseInt(parts[1]);
            if (bits < 8 || bits > 29) {
                throw new IOException("network " + text + " is too small, or too large, for containers");
            }
            return new Subnet(base, bits);
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException wrong) {
            throw new IOException("no IPv4 network: " + text, wrong);
        }
    }

    private static long number(String ip) {
        int[] bytes =
                Arrays.stream(ip.split("\\.", -1)).mapToInt(Integer::parseInt).toArray();
        if (bytes.length != 4 || Arrays.stream(bytes).anyMatch(each -> each < 0 || each > 255)) {
            throw new IllegalArgumentException("no IPv4 address: " + ip);
        }
        return (long) bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
    }

    /** How many addresses it has for containers: not its own, nor the first, which is its gateway's, nor the last. */
    int size() {
        return (1 << 32 - bits) - 3;
    }

    /** @param index from 0 to {@link #size} exclusive */
    String ip(int index) {
        long ip = base + 2 + index;
        return (ip >> 24 & 255) + "." + (ip >> 16 & 255) + "." + (ip >> 8 & 255) + "." + (ip & 255);
    }

    /** Where an address is; -1 for one that it does not have for containers. */
    int index(String ip) {
        try {
            long index = number(ip) - base - 2;
            return index >= 0 && index < size() ? (int) index : -1;
        } catch (IllegalArgumentException none) {
            return -1;
        }
    }
}
