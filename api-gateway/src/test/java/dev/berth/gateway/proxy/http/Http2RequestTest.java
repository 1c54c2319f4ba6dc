package dev.berth.gateway.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class Http2RequestTest {
    private static final String[] GET = {":method", "GET", ":scheme", "http", ":authority", "a.b", ":path", "/x?y"};

    private final Reading reading = new Reading(Corpus.LIMITS);

    @AfterEach
    void nothingIsLeft() {
        reading.assertNothingIsLeft();
    }

    private String read(boolean ended, String... fields) throws BadMessage {
        List<Map.Entry<CharSequence, CharSequence>> all = new ArrayList<>();
        for (int i = 0; i < fields.length; i += 2) {
            // As Netty has them, by turns with the other kind.
            boolean bytes = i % 4 == 0 && fields[i + 1].chars().allMatch(next -> next < 0x80);
            all.add(Map.entry(fields[i], bytes ? new AsciiString(fields[i + 1]) : fields[i + 1]));
        }
        RequestHead head = Http2Request.of(all, ended, Corpus.LIMITS, reading.allocator());
        try {
            return Reading.words(head.framing()) + " " + head.method() + " " + head.path() + " of " + head.authority()
                    + " " + head.version() + " " + Reading.words(head.fields()).replace('\n', '|');
        } finally {
        }
    }

    private static String[] with(String[] fields, String... more) {
        String[] all = Arrays.copyOf(fields, fields.length + more.length);
        System.arraycopy(more, 0, all, fields.length, more.length);
        return all;
    }

    private static String[] but(String name, String value) {
        String[] all = GET.clone();
        all[Arrays.asList(all).indexOf(name) + 1] = value;
        return all;
    }

    @Test
    void requestIsAHeadLikeAnyOther() throws BadMessage {
        assertThat(read(true, with(GET, "x", "1", "te", "trailers", "empty", "", "x", "caf\u00e9")))
                .isEqualTo("NONE GET /x?y of a.b HTTP_2 host=a.b|x=1|te=trailers|empty=|x=caf\u00e9|");
        assertThat(read(false, but(":method", "POST"))).startsWith("CHUNKED POST ");
        assertThat(read(false, with(GET, "content-length", "5"))).startsWith("LENGTH 5 ");
        assertThat(read(true, with(GET, "content-length", "0"))).startsWith("LENGTH 0 ");
        assertThat(read(true, ":method", "GET", ":scheme", "http", ":path", "/", "host", "c.d"))
                .isEqualTo("NONE GET / of c.d HTTP_2 host=c.d|");
        assertThat(read(true, ":method", "GET", ":scheme", "http", ":path", "/"))
                .contains(" of  HTTP_2 host=|");
        assertThat(read(true, with(GET, "host", "A.b"))).contains("host=a.b|");
        assertThat(read(true, ":method", "OPTIONS", ":scheme", "http", ":path", "*"))
                .contains("OPTIONS * of");
    }

    @Test
    void cookiesBecomeOneField() throws BadMessage {
        assertThat(read(true, with(GET, "cookie", "a=1", "x", "y", "cookie", "b=2", "cookie", "c")))
                .endsWith("host=a.b|x=y|cookie=a=1; b=2; c|");
    }

    @Test
    void nettysOwnHeadersCanBeGiven() throws BadMessage {
        DefaultHttp2Headers headers = new DefaultHttp2Headers();
        headers.method("GET").scheme("http").authority("a.b").path("/").add("x", "y");
        RequestHead head = Http2Request.of(headers, true, Corpus.LIMITS, reading.allocator());
        assertThat(Reading.words(head.fields())).isEqualTo("host=a.b\nx=y\n");
    }

    @Test
    void whatHttp1CannotCarryIsRefusedAtOnce() {
        for (String name : List.of(
                "", "x y", "x:", "x\r\n", "x\0", "x\u00e9", "x\u007f", "X", "x[", "x(", "\u010d", " x", "x\n",
                "x\u0178")) {
            refused(400, with(GET, name, "a"));
        }
        for (String value : List.of(
                "a\rb",
                "a\nb",
                "a\0b",
                "a\r\n\r\nGET /hidden HTTP/1.1",
                "\u0001",
                "a\u007f",
                " a",
                "a\t",
                "a ",
                "\u010a",
                "a\u0100")) {
            refused(400, with(GET, "x", value));
            refused(400, with(GET, "cookie", value));
        }
        for (String path : List.of(
                "/a b",
                "/a\r\nX: y",
                "/a\tb",
                "/a\0",
                "/\u0001",
                "/\u007f",
                "/\u00e9",
                "",
                "*",
                " /",
                "a",
                "?a",
                "/a#b",
                "http://other/",
                "/a HTTP/1.1\r\nHost: other\r\n\r\n",
                "/\u0120",
                "/\u012fx")) {
            refused(400, but(":path", path));
        }
        for (String method : List.of("G T", "GET / HTTP/1.1\r\n\r\n", "", "G\0T", "G(T", "G\u00e9T", "\u0147ET")) {
            refused(400, but(":method", method));
        }
        for (String host : List.of("a.b\r\nX: y", "a b", "u@a.b", "a.b/x", "a.b:x", "\u0141", "a\0", " a")) {
            refused(400, but(":authority", host));
            refused(400, ":method", "GET", ":scheme", "http", ":path", "/", "host", host);
        }
    }

    @Test
    void fieldsOfHttp1AndOddPseudoHeadersAreRefused() {
        for (String[] more : new String[][] {
            {"connection", "close"},
            {"keep-alive", "5"},
            {"proxy-connection", "x"},
            {"transfer-encoding", "chunked"},
            {"upgrade", "x"},
            {"te", "gzip"},
            {"host", "c.d"},
            {"host", "a.b", "host", "a.b"},
            {":path", "/"},
            {":status", "200"},
            {":", "x"},
            {":protocol", "websocket"},
            {"content-length", "5", "content-length", "6"},
            {"content-length", "x"}
        }) {
            refused(400, with(GET, more));
        }
        refused(400, with(new String[] {"x", "y"}, GET));
        for (int left = 0; left < GET.length; left += 2) {
            if (!GET[left].equals(":authority")) {
                String[] rest = new String[GET.length - 2];
                System.arraycopy(GET, 0, rest, 0, left);
                System.arraycopy(GET, left + 2, rest, left, rest.length - left);
                refused(400, rest);
            }
        }
        refused(501, but(":method", "CONNECT"));
        assertThatThrownBy(() -> read(true, with(GET, "content-length", "5"))).isInstanceOf(BadMessage.class);
    }

    @Test
    void limitsAreThoseOfHttp1() {
        refused(414, but(":path", "/" + "a".repeat(80)));
        refused(431, with(GET, "x", "a".repeat(600)));
        String[] many = GET;
        for (int i = 0; i < 12; i++) {
            many = with(many, "x", "y");
        }
        refused(431, many);
    }

    private void refused(int status, String... fields) {
        assertThatThrownBy(() -> read(false, fields))
                .as(Arrays.toString(fields))
                .isInstanceOfSatisfying(
                        BadMessage.class, bad -> assertThat(bad.status()).isEqualTo(status));
    }
}
