package dev.berth.gateway.proxy.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A kept message and what has to become of it. Lines of four columns with tabs between; {@code \r}, {@code \n}, {@code
 * \t}, {@code \\} and {@code \xHH} are single bytes.
 *
 * @param differs why Netty sees it otherwise, a kind of {@code differs.tsv}; empty where it does not
 */
public record Corpus(byte[] message, String verdict, String section, String differs) {
    /** Of the messages whose verdicts are about limits. */
    static final HeadLimits LIMITS = new HeadLimits(80, 240, 12);

    public static List<Corpus> requests() {
        return read("requests.tsv");
    }

    static List<Corpus> answers() {
        return read("answers.tsv");
    }

    static List<Corpus> chunks() {
        return read("chunks.tsv");
    }

    public static List<String[]> lines(String file) {
        try (InputStream in = Corpus.class.getResourceAsStream("/http/" + file)) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .skip(1)
                    .map(line -> line.split("\t", -1))
                    .toList();
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    private static List<Corpus> read(String file) {
        return lines(file).stream()
                .map(columns ->
                        new Corpus(bytes(columns[0]), columns[1], columns[2], columns.length > 3 ? columns[3] : ""))
                .toList();
    }

    static byte[] bytes(String escaped) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < escaped.length(); i++) {
            char next = escaped.charAt(i);
            if (next != '\\') {
                out.write(next);
                continue;
            }
            char sign = escaped.charAt(++i);
            switch (sign) {
                case 'r' -> out.write('\r');
                case 'n' -> out.write('\n');
                case 't' -> out.write('\t');
                case '\\' -> out.write('\\');
                case 'x' -> {
                    out.write(Integer.parseInt(escaped, i + 1, i + 3, 16));
                    i += 2;
                }
                default -> throw new IllegalArgumentException(escaped);
            }
        }
        return out.toByteArray();
    }

    public static String text(byte[] bytes) {
        StringBuilder out = new StringBuilder();
        for (byte next : bytes) {
            switch (next) {
                case '\r' -> out.append("\\r");
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                case '\\' -> out.append("\\\\");
                default ->
                    out.append(
                            next >= ' ' && next < 0x7f
                                    ? String.valueOf((char) next)
                                    : "\\x%02x".formatted(next & 0xff));
            }
        }
        return out.toString();
    }

    @Override
    public String toString() {
        return text(message) + " (" + section + ")";
    }
}
