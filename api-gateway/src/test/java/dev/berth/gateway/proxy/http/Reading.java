package dev.berth.gateway.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Reads messages in pieces and tells in words what came out. Every buffer that it hands out must come back. */
final class Reading {
    private final UnpooledByteBufAllocator buffers = new UnpooledByteBufAllocator(true, false);

    static {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    }

    private final HeadLimits limits;

    Reading(HeadLimits limits) {
        this.limits = limits;
    }

    /** A message whole, byte by byte, and in two at every position. */
    static Stream<byte[][]> splits(byte[] message) {
        byte[][] single = new byte[message.length][];
        for (int i = 0; i < message.length; i++) {
            single[i] = new byte[] {message[i]};
        }
        return Stream.concat(
                Stream.of(new byte[][] {message}, single),
                IntStream.range(1, message.length).mapToObj(at ->
                        new byte[][] {Arrays.copyOf(message, at), Arrays.copyOfRange(message, at, message.length)}));
    }

    ByteBuf buffer(byte[] bytes) {
        return buffers.buffer(Math.max(1, bytes.length)).writeBytes(bytes);
    }

    ByteBuf buffer() {
        return buffers.buffer();
    }

    UnpooledByteBufAllocator allocator() {
        return buffers;
    }

    void assertNothingIsLeft() {
        assertThat(buffers.metric().usedDirectMemory() + buffers.metric().usedHeapMemory())
                .as("bytes of buffers that nobody released")
                .isZero();
    }

    static String text(ByteBuf bytes) {
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    RequestHead request(String head) throws BadMessage {
        return whole(HeadReader.ofRequests(limits), head);
    }

    AnswerHead answer(String head) throws BadMessage {
        return whole(HeadReader.ofAnswers(limits), head);
    }

    private <H extends Head> H whole(HeadReader<H> reader, String head) throws BadMessage {
        ByteBuf in = buffer(ascii(head));
        try {
            return reader.read(in);
        } finally {
            in.release();
        }
    }

    /** First the framing, {@code more}, or the status and reason of a refusal; in lines below it what was read. */
    String requestIn(byte[]... pieces) {
        return head(HeadReader.ofRequests(limits), pieces);
    }

    String answerIn(byte[]... pieces) {
        return head(HeadReader.ofAnswers(limits), pieces);
    }

    private <H extends Head> String head(HeadReader<H> reader, byte[]... pieces) {
        int left = 0;
        String read = null;
        for (byte[] piece : pieces) {
            if (read != null) {
                left += piece.length;
                continue;
            }
            ByteBuf in = buffer(piece);
            try {
                H head = reader.read(in);
                if (head != null) {
                    read = words(head);
                    left = in.readableBytes();
                } else {
                    assertThat(in.isReadable()).isFalse();
                }
            } catch (BadMessage bad) {
                return bad.status() + " " + bad.getMessage();
            } finally {
                in.release();
            }
        }
        return read == null ? "more" : read + left + " bytes after it";
    }

    static String words(Framing framing) {
        return framing.kind() + (framing.kind() == Framing.Kind.LENGTH ? " " + framing.length() : "");
    }

    private static String words(Head head) {
        StringBuilder out = new StringBuilder();
        switch (head) {
            case RequestHead request ->
                out.append(words(request.framing()))
                        .append('\n')
                        .append(request.method())
                        .append(' ')
                        .append(request.path())
                        .append(" of ")
                        .append(request.authority())
                        .append(request.upgrades() ? ", upgrading" : "");
            case AnswerHead answer ->
                out.append(words(answer.framing(AnswerHead.Asked.BODY)))
                        .append('\n')
                        .append(answer.status())
                        .append(' ')
                        .append(answer.reason());
        }
        out.append(", ").append(head.version()).append(head.keepsAlive() ? ", kept\n" : "\n");
        return out.append(words(head.fields())).toString();
    }

    static String words(Fields fields) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < fields.count(); i++) {
            out.append(fields.name(i)).append('=').append(fields.value(i)).append('\n');
        }
        return out.toString();
    }

    /** {@code =} with the body and, after bars, its trailers; {@code more}, or the status and reason of a refusal. */
    String chunksIn(byte[]... pieces) {
        ChunkReader reader = new ChunkReader(limits, false);
        StringBuilder out = new StringBuilder("=");
        try {
            for (byte[] piece : pieces) {
                chunks(reader, piece, out);
            }
            if (!reader.ended()) {
                return "more";
            }
            Fields trailers = reader.trailers();
            String words = words(trailers);
            return words.isEmpty() ? out.toString() : out + "|" + words.strip().replace('\n', '|');
        } catch (BadMessage bad) {
            // Nobody has to close what has thrown.
            return bad.status() + " " + bad.getMessage();
        }
    }

    private void chunks(ChunkReader reader, byte[] piece, StringBuilder out) throws BadMessage {
        ByteBuf in = buffer(piece);
        try {
            for (ByteBuf data = reader.read(in); data != null; data = reader.read(in)) {
                out.append(text(data));
                data.release();
            }
            assertThat(in.isReadable() && !reader.ended()).isFalse();
        } finally {
            in.release();
        }
    }
}
