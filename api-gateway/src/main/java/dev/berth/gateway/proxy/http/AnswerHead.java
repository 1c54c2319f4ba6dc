package dev.berth.gateway.proxy.http;

import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;

/** The head of an answer (RFC 9112, 4): the bytes that were read, and where in them its parts are. */
public final class AnswerHead extends Head {
    /** What of a request decides whether its answer has a body. */
    public enum Asked {
        HEAD,
        CONNECT,
        /** By any other method. */
        BODY
    }

    private static final BadMessage TOO_LONG =
            BadMessage.malformed("its first line is over this gateway's limit of bytes");
    private static final BadMessage NO_VERSION = BadMessage.malformed("its first line does not begin with HTTP/1.1");
    private static final BadMessage BAD_STATUS =
            BadMessage.malformed("its status is no number of three digits from 100 on");
    private static final BadMessage BAD_REASON = BadMessage.malformed("there are control bytes in its first line");
    private static final AsciiString WEB_SOCKET = new AsciiString("websocket");
    private static final int VERSION_LENGTH = 8;

    private int status;
    private int reason;
    private int lineTo;

    AnswerHead(int room) {
        super(room);
    }

    @Override
    boolean first(byte[] in, int from, int to) throws BadMessage {
        int at = from + VERSION_LENGTH;
        version = Version.of(in, from, Math.min(at, to), NO_VERSION);
        if (to < at + 4 || in[at] != ' ' || !Octets.all(in, at + 1, at + 4, Octets.DIGIT)) {
            throw BAD_STATUS;
        }
        for (int i = at + 1; i < at + 4; i++) {
            status = 10 * status + in[i] - '0';
        }
        // Many leave the blank out that a line without a reason has to end with.
        if (status < 100 || to > at + 4 && in[at + 4] != ' ') {
            throw BAD_STATUS;
        }
        reason = Math.min(at + 5, to);
        lineTo = to;
        if (!Octets.all(in, reason, to, Octets.VALUE)) {
            throw BAD_REASON;
        }
        return true;
    }

    @Override
    BadMessage tooLong() {
        return TOO_LONG;
    }

    @Override
    BadMessage refusal(BadMessage why) {
        return new BadMessage(502, why.getMessage());
    }

    /** It came by HTTP/2, whose frames tell its end. */
    void byHttp2(boolean ended) throws BadMessage {
        version = Version.HTTP_2;
        if (said.kind() == Framing.Kind.NONE && ended) {
            said = Framing.ofLength(0);
        }
    }

    /** From 100 to 999. */
    public int status() {
        return status;
    }

    /** True of an answer that goes on as a WebSocket. */
    public boolean webSocket() {
        return fields.lists(FieldKind.UPGRADE, WEB_SOCKET);
    }

    /** Allocates. */
    public String reason() {
        return new String(fields.bytes(), reason, lineTo - reason, StandardCharsets.ISO_8859_1);
    }

    /** True where another answer to the same request follows. */
    public boolean interim() {
        return status < 200 && status != 101;
    }

    /** Of the body that follows on this connection (RFC 9112, 6.3). */
    public Framing framing(Asked asked) {
        if (empty(asked) || asked == Asked.CONNECT && status / 100 == 2) {
            return Framing.NONE;
        }
        return said.kind() == Framing.Kind.NONE ? Framing.UNTIL_CLOSE : said;
    }

    private boolean empty(Asked asked) {
        return asked == Asked.HEAD || status < 200 || status == 204 || status == 304;
    }

    /** The length of a body that is not here (RFC 9110, 8.6); -1 where none is said, or none may be. */
    long lengthElsewhere(Asked asked) {
        boolean may = status == 304 || asked == Asked.HEAD && status >= 200 && status != 204;
        return may && said.kind() == Framing.Kind.LENGTH ? said.length() : -1;
    }

    int reasonAt() {
        return reason;
    }

    int lineTo() {
        return lineTo;
    }
}
