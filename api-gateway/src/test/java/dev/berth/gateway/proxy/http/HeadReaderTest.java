package dev.berth.gateway.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.AsciiString;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.Function;
import org.assertj.core.api.SoftAssertions;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeadReaderTest {
    private final Reading reading = new Reading(Corpus.LIMITS);

    @AfterEach
    void nothingIsLeft() {
        reading.assertNothingIsLeft();
    }

    @Test
    void everyRequestOfTheCorpusHasItsVerdictHoweverItIsCut() {
        assertVerdicts(Corpus.requests(), reading::requestIn);
    }

    @Test
    void everyAnswerOfTheCorpusHasItsVerdictHoweverItIsCut() {
        assertVerdicts(Corpus.answers(), reading::answerIn);
    }

    private static void assertVerdicts(List<Corpus> corpus, Function<byte[][], String> read) {
        SoftAssertions all = new SoftAssertions();
        for (Corpus kept : corpus) {
            String whole = read.apply(new byte[][] {kept.message()});
            all.assertThat(whole.split("\n", 2)[0])
                    .as(kept.toString())
                    .matches(java.util.regex.Pattern.quote(kept.verdict()) + "( .*)?");
            assertThat(Reading.splits(kept.message()).map(read).filter(cut -> !cut.equals(whole)))
                    .as("in pieces: %s", kept)
                    .isEmpty();
        }
        all.assertAll();
    }

    @Test
    void headSaysItsParts() throws BadMessage {
        RequestHead head = reading.request(
                "POST http://c.d:81?q=1 HTTP/1.1\r\nHost: a.b\r\nX-One:  1 \r\nx-one: 2\r\nExpect: 100-Continue\r\n"
                        + "Connection: x, Close\r\nContent-Length: 7\r\n\r\n");
        assertThat(head.method()).isEqualTo("POST");
        assertThat(head.path()).isEqualTo("/?q=1");
        assertThat(head.authority()).isEqualTo("c.d:81");
        assertThat(head.framing()).isEqualTo(new Framing(Framing.Kind.LENGTH, 7));
        assertThat(head.expectsContinue()).isTrue();
        assertThat(head.keepsAlive()).isFalse();
        Fields fields = head.fields();
        AsciiString one = new AsciiString("x-one");
        int first = fields.find(one, 0);
        int second = fields.find(one, first + 1);
        assertThat(List.of(fields.value(first), fields.value(second))).containsExactly("1", "2");
        assertThat(fields.find(one, second + 1)).isEqualTo(-1);
        assertThat(fields.lists(FieldKind.CONNECTION, new AsciiString("clos"))).isFalse();
    }

    @Test
    void headIsItsOwnAndLeavesWhatFollowsIt() throws BadMessage {
        ByteBuf in = reading.buffer(Reading.ascii("GET / HTTP/1.1\r\nHost: a.b\r\n\r\nnext"));
        RequestHead head = HeadReader.ofRequests(Corpus.LIMITS).read(in);
        in.setByte(4, '!');
        assertThat(head.path()).isEqualTo("/");
        assertThat(Reading.text(in)).isEqualTo("next");
        in.release();
    }

    @Test
    void headsFollowEachOther() throws BadMessage {
        HeadReader<RequestHead> reader = HeadReader.ofRequests(Corpus.LIMITS);
        ByteBuf in = reading.buffer(Reading.ascii("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.0\r\n\r\nGET /3"));
        RequestHead one = reader.read(in);
        assertThat(reader.underWay()).isFalse();
        RequestHead two = reader.read(in);
        assertThat(reader.read(in)).isNull();
        assertThat(reader.underWay()).isTrue();
        assertThat(List.of(one.path(), two.path())).containsExactly("/1", "/2");
        ByteBuf rest = reading.buffer(Reading.ascii(" HTTP/1.1\r\nHost: b\r\n\r\n"));
        RequestHead three = reader.read(rest);
        assertThat(three.path() + three.authority()).isEqualTo("/3b");
        in.release();
        rest.release();
    }

    @Test
    void moreFieldsThanTheFirstRoomHolds() throws BadMessage {
        HeadLimits many = new HeadLimits(8_192, 65_536, 1_000);
        StringBuilder head = new StringBuilder("GET / HTTP/1.1\r\nHost: a\r\n");
        for (int i = 0; i < 900; i++) {
            head.append("X").append(i).append(": ").append(i).append("\r\n");
        }
        RequestHead read = new Reading(many).request(head + "\r\n");
        assertThat(read.fields().count()).isEqualTo(901);
        assertThat(read.fields().value(read.fields().find(new AsciiString("x899"), 0)))
                .isEqualTo("899");
    }

    @Test
    void bodyOfAnAnswerDependsOnWhatWasAsked() throws BadMessage {
        for (String[] expected : new String[][] {
            {"200", "Content-Length: 5\r\n", "HEAD", "NONE"},
            {"200", "Transfer-Encoding: chunked\r\n", "HEAD", "NONE"},
            {"200", "", "HEAD", "NONE"},
            {"200", "Content-Length: 5\r\n", "CONNECT", "NONE"},
            {"404", "Content-Length: 5\r\n", "CONNECT", "LENGTH 5"},
            {"304", "Content-Length: 5\r\n", "BODY", "NONE"},
            {"200", "Content-Length: 5\r\n", "BODY", "LENGTH 5"},
            {"200", "", "BODY", "UNTIL_CLOSE"}
        }) {
            AnswerHead head = reading.answer("HTTP/1.1 " + expected[0] + " x\r\n" + expected[1] + "\r\n");
            assertThat(Reading.words(head.framing(AnswerHead.Asked.valueOf(expected[2]))))
                    .as(String.join(" ", expected))
                    .isEqualTo(expected[3]);
        }
    }

    @Test
    void connectionIsKeptAsItsVersionAndItsFieldsSay() throws BadMessage {
        for (String[] expected : new String[][] {
            {"1.1", "", "true"},
            {"1.1", "Connection: keep-alive\r\n", "true"},
            {"1.1", "Connection: x\r\nConnection: y, CLOSE\r\n", "false"},
            {"1.0", "", "false"},
            {"1.0", "Connection: Keep-Alive\r\n", "true"},
            {"1.0", "Connection: keep-alive, close\r\n", "false"}
        }) {
            RequestHead head = reading.request("GET / HTTP/" + expected[0] + "\r\nHost: a\r\n" + expected[1] + "\r\n");
            assertThat(head.keepsAlive()).as(String.join(" ", expected)).isEqualTo(Boolean.valueOf(expected[2]));
        }
    }

    @Test
    void fieldAllocatesItsBytesAndFiveNumbersAlone() throws BadMessage {
        String few = "GET / HTTP/1.1\r\nHost: a\r\n";
        String more = "X-Some: thing\r\nAccept: x\r\nCookie: a=b; c=d\r\nExpect: y\r\n".repeat(4);
        long first = allocated(few + "\r\n");
        // Objects begin at every eighth byte.
        assertThat(allocated(few + more + "\r\n"))
                .isCloseTo(first + 16 * 5 * Integer.BYTES + more.length(), Offset.offset(8L));
    }

    /** Bytes on the heap; the least of some times, since others load their classes. */
    private static long allocated(String head) throws BadMessage {
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        HeadReader<RequestHead> reader = HeadReader.ofRequests(new HeadLimits(200, 600, 20));
        ByteBuf in = Unpooled.wrappedBuffer(Reading.ascii(head));
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 20; i++) {
            in.readerIndex(0);
            long before = thread.getCurrentThreadAllocatedBytes();
            reader.read(in);
            least = Math.min(least, thread.getCurrentThreadAllocatedBytes() - before);
        }
        in.release();
        return least;
    }
}
