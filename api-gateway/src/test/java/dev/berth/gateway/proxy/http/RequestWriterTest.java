package dev.berth.gateway.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RequestWriterTest {
    private static final String OURS =
            "host: a.b|x-forwarded-for: 10.0.0.7|x-forwarded-proto: http|x-forwarded-host: a.b"
                    + "|forwarded: for=10.0.0.7;host=\"a.b\";proto=http|";

    private final Reading reading = new Reading(new HeadLimits(1_000, 4_000, 50));
    private final Sender sender = new Sender("10.0.0.7", "http");

    @AfterEach
    void nothingIsLeft() {
        reading.assertNothingIsLeft();
    }

    /** Bars stand for line ends. */
    private String onward(String head, int prefix) throws BadMessage {
        RequestHead read = reading.request(head.replace("|", "\r\n") + "\r\n");
        ByteBuf out = reading.buffer();
        try {
            RequestWriter.write(read, prefix, sender, out);
            return Reading.text(out).replace("\r\n", "|");
        } finally {
            out.release();
        }
    }

    private String fields(String fields) throws BadMessage {
        String onward = onward("GET / HTTP/1.1|Host: a.b|" + fields, 0);
        assertThat(onward).startsWith("GET / HTTP/1.1|" + OURS).endsWith("|");
        return onward.substring(("GET / HTTP/1.1|" + OURS).length(), onward.length() - 1);
    }

    @Test
    void fieldsGoOnAsTheyCame() throws BadMessage {
        assertThat(fields("X-One:  1\t|x-ONE:2|Cookie: a=b; c=d|Accept: */*|Empty:|"))
                .isEqualTo("X-One:  1\t|x-ONE:2|Cookie: a=b; c=d|Accept: */*|Empty:|");
        assertThat(fields("Expect: 100-continue|Trailer: X|Authorization: x|"))
                .isEqualTo("Expect: 100-continue|Trailer: X|Authorization: x|");
        assertThat(fields("X: caf\u00e9|")).isEqualTo("X: caf\u00e9|");
    }

    @Test
    void whatIsForOneConnectionEndsThere() throws BadMessage {
        assertThat(fields("A: 1|Connection: keep-alive|Keep-Alive: 5|B: 2|Proxy-Connection: x|C: 3|"
                        + "Proxy-Authorization: x|Proxy-Authenticate: x|TE: gzip|Upgrade: x|HTTP2-Settings: x|D: 4|"))
                .isEqualTo("A: 1|B: 2|C: 3|D: 4|");
        assertThat(fields("Connection: x-hop , close,X-Other|X-Hop: 1|x-other: 2|X-Hop2: 3|Connection: y|Y: 4|"))
                .isEqualTo("X-Hop2: 3|");
        assertThat(fields("TE: Trailers|")).isEqualTo("TE: Trailers|");
        assertThat(fields("TE: trailers, gzip|")).isEmpty();
    }

    @Test
    void connectionTakesNoFramingAndNoRoutingAway() throws BadMessage {
        assertThat(fields("Connection: host, content-length, content-type, cookie, expect, accept-x, if-match,"
                        + " sec-websocket-key, authorization, x|Content-Type: t|Cookie: c|Expect: e|Accept-X: a|"
                        + "If-Match: i|Sec-WebSocket-Key: k|Authorization: z|X: 1|Content-Length: 5|"))
                .isEqualTo("Content-Type: t|Cookie: c|Expect: e|Accept-X: a|If-Match: i|Sec-WebSocket-Key: k|"
                        + "Authorization: z|content-length: 5|");
        assertThat(fields("Connection: transfer-encoding|Transfer-Encoding: chunked|"))
                .isEqualTo("transfer-encoding: chunked|");
    }

    @Test
    void clientsDoNotSayWhatOnlyTheGatewayKnows() throws BadMessage {
        assertThat(fields("X-Forwarded-For: 1.2.3.4|x-forwarded-host: x|X-Forwarded-Proto: x|X-Forwarded-Port: 1|"
                        + "X-Forwarded-Prefix: x|X-Forwarded-Server: x|Forwarded: for=x|X-Real-IP: x|X-Forwarded: x|"))
                .isEqualTo("X-Forwarded: x|");
        assertThat(onward("GET / HTTP/1.0|", 0)).contains("|host: |").contains("x-forwarded-host: |");
    }

    @Test
    void framingIsSaidOnceAndOneWay() throws BadMessage {
        assertThat(fields("Content-Length: 005, 5|Content-Length: 5|")).isEqualTo("content-length: 5|");
        assertThat(fields("Content-Length: 0|")).isEqualTo("content-length: 0|");
        assertThat(fields("Content-Length: 9223372036854775807|")).isEqualTo("content-length: 9223372036854775807|");
        assertThat(fields("Content-Length: 10|")).isEqualTo("content-length: 10|");
        assertThat(fields("Transfer-Encoding: CHUNKED|")).isEqualTo("transfer-encoding: chunked|");
        assertThat(fields("")).isEmpty();
    }

    @Test
    void targetIsThePathOfWhatIsAskedFor() throws BadMessage {
        for (String[] expected : new String[][] {
            {"GET /a?b HTTP/1.1", "GET /a?b HTTP/1.1"},
            {"GET http://a.b/a?b HTTP/1.0", "GET /a?b HTTP/1.1"},
            {"GET http://a.b?b HTTP/1.1", "GET /?b HTTP/1.1"},
            {"GET http://a.b HTTP/1.1", "GET / HTTP/1.1"},
            {"OPTIONS http://a.b HTTP/1.1", "OPTIONS * HTTP/1.1"},
            {"OPTIONS http://a.b/ HTTP/1.1", "OPTIONS / HTTP/1.1"},
            {"OPTIONS * HTTP/1.1", "OPTIONS * HTTP/1.1"}
        }) {
            assertThat(onward(expected[0] + "|Host: other|", 0)).startsWith(expected[1] + "|host: ");
        }
        assertThat(onward("GET http://a.b/ HTTP/1.1|Host: other|", 0))
                .contains(OURS)
                .doesNotContain("other");
    }

    @Test
    void prefixOfThePathIsTheGateways() throws BadMessage {
        for (String[] expected : new String[][] {
            {"/-/app/x?y", "/x?y"},
            {"/-/app", "/"},
            {"/-/app?y", "/?y"},
            {"/-/app//x", "//x"},
            {"http://a.b/-/app/x", "/x"}
        }) {
            assertThat(onward("GET " + expected[0] + " HTTP/1.1|Host: a.b|", "/-/app".length()))
                    .isEqualTo("GET " + expected[1] + " HTTP/1.1|" + OURS + "x-forwarded-prefix: /-/app||");
        }
        assertThatThrownBy(() -> onward("GET /-/a HTTP/1.1|Host: a.b|", 6))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void upgradeGoesOnWhereNothingStandsAgainstIt() throws BadMessage {
        String asked = "Upgrade: websocket|Connection: keep-alive, Upgrade|Sec-WebSocket-Version: 13|";
        assertThat(fields(asked)).isEqualTo("Sec-WebSocket-Version: 13|connection: upgrade|Upgrade: websocket|");
        assertThat(fields(asked + "Content-Length: 5|")).isEqualTo("Sec-WebSocket-Version: 13|content-length: 5|");
        assertThat(fields("Upgrade: websocket|")).isEmpty();
        assertThat(fields("Connection: upgrade|")).isEmpty();
        assertThat(fields("Upgrade: x, H2C|Connection: upgrade, HTTP2-Settings|HTTP2-Settings: y|"))
                .isEmpty();
        assertThat(onward("GET / HTTP/1.0|Host: a.b|" + asked, 0)).doesNotContain("pgrade");
    }

    @Test
    void hostsOfOneConnectionAreToldApart() throws BadMessage {
        for (String host : new String[] {"a.b", "a.c", "a.bc", "", "a.b"}) {
            assertThat(onward("GET / HTTP/1.1|Host: " + host + "|", 0))
                    .contains("|host: " + host + "|")
                    .contains(";host=\"" + host + "\";");
        }
        ByteBuf out = reading.buffer();
        RequestHead head = reading.request("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        RequestWriter.write(head, new Sender("::1", "https"), out);
        assertThat(Reading.text(out)).contains("forwarded: for=\"[::1]\";host=\"a\";proto=https");
        out.release();
    }
}
