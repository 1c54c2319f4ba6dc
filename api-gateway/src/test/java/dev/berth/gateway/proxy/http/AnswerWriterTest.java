package dev.berth.gateway.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.gateway.proxy.http.AnswerHead.Asked;
import io.netty.buffer.ByteBuf;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AnswerWriterTest {
    private final Reading reading = new Reading(new HeadLimits(1_000, 4_000, 50));

    @AfterEach
    void nothingIsLeft() {
        reading.assertNothingIsLeft();
    }

    /** Bars stand for line ends. */
    private String written(String head, BiConsumer<AnswerHead, ByteBuf> write) throws BadMessage {
        AnswerHead read = reading.answer(head.replace("|", "\r\n") + "\r\n");
        ByteBuf out = reading.buffer();
        try {
            write.accept(read, out);
            return Reading.text(out).replace("\r\n", "|");
        } finally {
            out.release();
        }
    }

    private String onward(String head, Asked asked, Version client, boolean keep, Framing.Kind body) throws BadMessage {
        return written(
                head,
                (read, out) -> assertThat(AnswerWriter.write(read, asked, client, keep, false, out)
                                .kind())
                        .isEqualTo(body));
    }

    @Test
    void framingIsOneThatTheClientCanRead() throws BadMessage {
        Framing.Kind length = Framing.Kind.LENGTH;
        Framing.Kind chunked = Framing.Kind.CHUNKED;
        Framing.Kind close = Framing.Kind.UNTIL_CLOSE;
        String sized = "HTTP/1.1 200 OK|Content-Length: 5, 5|";
        String streamed = "HTTP/1.1 200 OK|Transfer-Encoding: chunked|";
        String endless = "HTTP/1.0 200 OK|";
        String line = "HTTP/1.1 200 OK|";
        assertThat(onward(sized, Asked.BODY, Version.HTTP_1_1, true, length)).isEqualTo(line + "content-length: 5||");
        assertThat(onward(sized, Asked.BODY, Version.HTTP_1_1, false, length))
                .isEqualTo(line + "content-length: 5|connection: close||");
        assertThat(onward(sized, Asked.BODY, Version.HTTP_1_0, true, length))
                .isEqualTo(line + "content-length: 5|connection: keep-alive||");
        for (String head : new String[] {streamed, endless}) {
            assertThat(onward(head, Asked.BODY, Version.HTTP_1_1, true, chunked))
                    .isEqualTo(line + "transfer-encoding: chunked||");
            assertThat(onward(head, Asked.BODY, Version.HTTP_1_0, true, close)).isEqualTo(line + "connection: close||");
        }
    }

    @Test
    void answerWithoutABodyHasNoFramingButALengthThatIsAboutAnother() throws BadMessage {
        Framing.Kind none = Framing.Kind.NONE;
        for (String[] expected : new String[][] {
            {"200", "Content-Length: 5|", "HEAD", "content-length: 5|"},
            {"200", "Transfer-Encoding: chunked|", "HEAD", ""},
            {"200", "", "HEAD", ""},
            {"304", "Content-Length: 5|", "BODY", "content-length: 5|"},
            {"304", "", "BODY", ""},
            {"204", "Content-Length: 5|", "BODY", ""},
            {"204", "", "BODY", ""}
        }) {
            assertThat(onward(
                            "HTTP/1.1 " + expected[0] + " x|" + expected[1],
                            Asked.valueOf(expected[2]),
                            Version.HTTP_1_1,
                            true,
                            none))
                    .isEqualTo("HTTP/1.1 " + expected[0] + " x|" + expected[3] + "|");
        }
    }

    @Test
    void fieldsGoOnButThoseOfTheConnection() throws BadMessage {
        assertThat(onward(
                        "HTTP/1.1 404 not  there|Set-Cookie: a|Set-Cookie: b|Connection: close, X-Hop, location|X-Hop: 1|"
                                + "Location: /|Keep-Alive: 5|Proxy-Authenticate: x|Upgrade: h2|Forwarded: y|Content-Length: 0|",
                        Asked.BODY,
                        Version.HTTP_1_1,
                        true,
                        Framing.Kind.LENGTH))
                .isEqualTo(
                        "HTTP/1.1 404 not  there|Set-Cookie: a|Set-Cookie: b|Location: /|Forwarded: y|content-length: 0||");
    }

    @Test
    void interimAnswersGoOnToWhoKnowsThem() throws BadMessage {
        String hints = "HTTP/1.1 103 Early Hints|Link: </a>|Connection: close|Content-Length: 5|";
        assertThat(written(hints, (head, out) -> AnswerWriter.interim(head, Version.HTTP_1_1, out)))
                .isEqualTo("HTTP/1.1 103 Early Hints|Link: </a>||");
        assertThat(written(hints, (head, out) -> AnswerWriter.interim(head, Version.HTTP_1_0, out)))
                .isEmpty();
        for (String other : new String[] {"HTTP/1.1 101 x|", "HTTP/1.1 200 x|"}) {
            assertThatThrownBy(() -> written(other, (head, out) -> AnswerWriter.interim(head, Version.HTTP_1_1, out)))
                    .hasMessageContaining("is no interim answer");
        }
    }

    @Test
    void switchingSaysToWhat() throws BadMessage {
        assertThat(written(
                        "HTTP/1.1 101 Switching Protocols|Connection: Upgrade|Upgrade: websocket|Sec-WebSocket-Accept: x|",
                        AnswerWriter::switching))
                .isEqualTo(
                        "HTTP/1.1 101 Switching Protocols|Sec-WebSocket-Accept: x|connection: upgrade|Upgrade: websocket||");
    }

    @Test
    void reasonMayBeMissing() throws BadMessage {
        assertThat(onward("HTTP/1.1 200|Content-Length: 0|", Asked.BODY, Version.HTTP_1_1, true, Framing.Kind.LENGTH))
                .isEqualTo("HTTP/1.1 200 |content-length: 0||");
    }
}
