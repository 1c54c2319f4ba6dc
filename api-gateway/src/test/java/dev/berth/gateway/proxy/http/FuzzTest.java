package dev.berth.gateway.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.proxy.http.AnswerHead.Asked;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.ResourceLeakDetector;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Changes messages of the corpora at random. What becomes of one must not depend on how it is cut; what is accepted is
 * written on, and has to be read again by us and by Netty as the same message. {@code -Dberth.seed=17} draws the same
 * ones again, {@code -Dberth.fuzz=200000} more of them.
 */
class FuzzTest {
    private static final int MESSAGES = Integer.getInteger("berth.fuzz", 20_000);
    /** Wider than the corpora's: a change must not make every other one too long. */
    private static final HeadLimits LIMITS = new HeadLimits(400, 2_000, 40);

    private final Reading reading = new Reading(LIMITS);
    private final TreeMap<String, Integer> counts = new TreeMap<>();

    @Test
    void changedMessagesAreReadAndWrittenAsOneWhateverTheyAre() {
        long seed = Long.getLong("berth.seed", new Random().nextLong());
        System.out.println("FuzzTest: -Dberth.seed=" + seed);
        // The allocator's own count is exact; records of each use would take most of the time.
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.SIMPLE);
        try {
            Random random = new Random(seed);
            Changes requests = new Changes(requests(), random, reading::requestIn);
            Changes answers = new Changes(messages(Corpus.answers()), random, reading::answerIn);
            for (int i = 0; i < MESSAGES; i++) {
                boolean request = random.nextInt(3) > 0;
                byte[] message = (request ? requests : answers).next();
                try {
                    check(request, message, random);
                    reading.assertNothingIsLeft();
                } catch (AssertionError | BadMessage | RuntimeException fault) {
                    throw new AssertionError(
                            "message " + i + " of -Dberth.seed=" + seed + ": " + Corpus.text(message), fault);
                }
            }
        } finally {
            ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        }
        System.out.println("FuzzTest: " + counts);
        assertThat(counts.keySet())
                .contains("request NONE", "request LENGTH", "request CHUNKED", "answer CHUNKED", "answer UNTIL_CLOSE");
    }

    private static Stream<byte[]> messages(List<Corpus> corpus) {
        return corpus.stream().map(Corpus::message).filter(one -> one.length < 600);
    }

    /** With those of the bodies, too. */
    private static Stream<byte[]> requests() {
        byte[] head = Reading.ascii("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
        return Stream.concat(
                messages(Corpus.requests()), messages(Corpus.chunks()).map(body -> Changes.joined(head, body)));
    }

    private void check(boolean request, byte[] message, Random random) throws BadMessage {
        String whole = in(request, message);
        int at = 1 + random.nextInt(Math.max(1, message.length - 1));
        if (message.length > 1) {
            assertThat(in(request, Arrays.copyOf(message, at), Arrays.copyOfRange(message, at, message.length)))
                    .isEqualTo(whole);
        }
        if (random.nextInt(8) == 0) {
            assertThat(in(request, Reading.splits(message).skip(1).findFirst().orElseThrow()))
                    .isEqualTo(whole);
        }
        String verdict = whole.split("[ \n]", 2)[0];
        counts.merge((request ? "request " : "answer ") + verdict, 1, Integer::sum);
        if (verdict.equals("more") || verdict.matches("\\d+")) {
            return;
        }
        ByteBuf in = reading.buffer(message);
        try {
            if (request) {
                if (verdict.equals("CHUNKED")) {
                    chunksInTwo(message, random);
                }
                request(in);
            } else {
                answer(in, random.nextBoolean() ? Version.HTTP_1_1 : Version.HTTP_1_0);
            }
        } finally {
            in.release();
        }
    }

    private void chunksInTwo(byte[] message, Random random) {
        String text = new String(message, StandardCharsets.ISO_8859_1);
        byte[] body = Reading.ascii(text.substring(text.indexOf("\r\n\r\n", 4) + 4));
        int at = random.nextInt(body.length + 1);
        assertThat(reading.chunksIn(Arrays.copyOf(body, at), Arrays.copyOfRange(body, at, body.length)))
                .isEqualTo(reading.chunksIn(body));
    }

    private String in(boolean request, byte[]... pieces) {
        return request ? reading.requestIn(pieces) : reading.answerIn(pieces);
    }

    private void request(ByteBuf in) throws BadMessage {
        RequestHead head = HeadReader.ofRequests(LIMITS).read(in);
        ByteBuf out = reading.buffer();
        try {
            RequestWriter.write(head, new Sender("10.0.0.7", "http"), out);
            int headEnds = out.writerIndex();
            String body = body(head.framing(), in, out);
            if (body == null) {
                return;
            }
            byte[] written = bytes(out);
            RequestHead again = reading.request(Reading.text(out.slice(0, headEnds)));
            try {
                assertThat(again.framing()).isEqualTo(head.framing());
                assertThat(again.method()).isEqualTo(head.method());
                assertThat(again.authority()).isEqualTo(head.authority());
                assertThat(again.upgrades()).isEqualTo(head.upgrades());
                assertThat(again.path()).isEqualTo(head.path());
                assertThat(kept(again.fields())).isEqualTo(kept(head.fields()));
                Netty netty = Netty.request(new HeadLimits(4_000, 4_000, 99), written);
                assertThat(netty.refused()).isNull();
                assertThat(netty.whole()).isTrue();
                assertThat(netty.fields()).isEqualTo(Reading.words(again.fields()));
                assertThat(((HttpRequest) netty.message()).uri()).isEqualTo(again.path());
                assertThat(netty.body()).isEqualTo(body);
            } finally {
            }
        } finally {
            out.release();
        }
    }

    private void answer(ByteBuf in, Version client) throws BadMessage {
        AnswerHead head = HeadReader.ofAnswers(LIMITS).read(in);
        ByteBuf out = reading.buffer();
        try {
            if (head.status() < 200) {
                return;
            }
            Framing framing = AnswerWriter.write(head, Asked.BODY, client, true, false, out);
            int headEnds = out.writerIndex();
            ByteBuf plain = reading.buffer();
            String body = body(head.framing(Asked.BODY), in, framing.kind() == Framing.Kind.CHUNKED ? out : plain);
            if (framing.kind() != Framing.Kind.CHUNKED && body != null) {
                out.writeBytes(Reading.ascii(body));
            }
            plain.release();
            if (body == null) {
                return;
            }
            AnswerHead again = reading.answer(Reading.text(out.slice(0, headEnds)));
            try {
                assertThat(again.framing(Asked.BODY)).isEqualTo(framing);
                assertThat(again.status() + again.reason()).isEqualTo(head.status() + head.reason());
                assertThat(again.keepsAlive()).isEqualTo(framing.kind() != Framing.Kind.UNTIL_CLOSE);
                assertThat(kept(again.fields())).isEqualTo(kept(head.fields()));
                Netty netty = Netty.answer(new HeadLimits(4_000, 4_000, 99), bytes(out));
                assertThat(netty.refused()).isNull();
                assertThat(netty.fields()).isEqualTo(Reading.words(again.fields()));
                assertThat(((HttpResponse) netty.message()).status().code()).isEqualTo(head.status());
                assertThat(netty.body()).isEqualTo(body);
            } finally {
            }
        } finally {
            out.release();
        }
    }

    /** Those that every proxy passes on, in their order. */
    private static List<String> kept(Fields fields) {
        return Stream.of(Reading.words(fields).split("\n"))
                .filter(field -> field.toLowerCase(Locale.ROOT)
                        .matches("(accept|if-|content-(?!length)|set-cookie|cookie|date)[^=]*=.*"))
                .toList();
    }

    private static byte[] bytes(ByteBuf out) {
        byte[] all = new byte[out.readableBytes()];
        out.getBytes(out.readerIndex(), all);
        return all;
    }

    /** Writes the body on; null where it is not whole or is none. */
    private String body(Framing framing, ByteBuf in, ByteBuf out) {
        return switch (framing.kind()) {
            case NONE -> "";
            case LENGTH -> {
                if (in.readableBytes() < framing.length()) {
                    yield null;
                }
                String body = Reading.text(in.readSlice((int) framing.length()));
                out.writeBytes(Reading.ascii(body));
                yield body;
            }
            case UNTIL_CLOSE -> {
                String body = Reading.text(in);
                if (in.isReadable()) {
                    chunk(in.readRetainedSlice(in.readableBytes()), out);
                }
                Chunks.end(out);
                yield body;
            }
            case CHUNKED -> chunks(in, out);
        };
    }

    private String chunks(ByteBuf in, ByteBuf out) {
        ChunkReader reader = new ChunkReader(LIMITS, false);
        StringBuilder body = new StringBuilder();
        try {
            for (ByteBuf data = reader.read(in); data != null; data = reader.read(in)) {
                body.append(Reading.text(data));
                chunk(data, out);
            }
            if (!reader.ended()) {
                return null;
            }
            Fields trailers = reader.trailers();
            Chunks.end(trailers, out);
            counts.merge("chunks read", 1, Integer::sum);
            return body.toString();
        } catch (BadMessage bad) {
            counts.merge("chunks refused", 1, Integer::sum);
            return null;
        } finally {
        }
    }

    private void chunk(ByteBuf piece, ByteBuf out) {
        ByteBuf chunk = Chunks.chunk(piece, reading.allocator());
        out.writeBytes(chunk);
        chunk.release();
    }
}
