package dev.berth.gateway.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;

/** Which fields go on, and how (RFC 9110, 7.6.1): as bytes, those that follow each other in one piece. */
final class Passing {
    private static final AsciiString TRAILERS = new AsciiString("trailers");
    private static final byte[] CONTENT_LENGTH = ascii("content-length: ");
    private static final byte[] CHUNKED = ascii("transfer-encoding: chunked\r\n");
    private static final byte[] UPGRADES = ascii("connection: upgrade\r\n");
    static final byte[] CRLF = ascii("\r\n");
    static final byte[] HTTP_1_1 = ascii("HTTP/1.1 ");

    /** What the fields are of: each lets other ones through. */
    enum Of {
        REQUEST,
        /** Under a path of the host that Berth's own pages have, as {@link Sandbox} says; so is an answer. */
        REQUEST_BESIDE_PAGES,
        ANSWER,
        ANSWER_BESIDE_PAGES,
        TRAILERS;

        boolean request() {
            return this == REQUEST || this == REQUEST_BESIDE_PAGES;
        }

        boolean answer() {
            return this == ANSWER || this == ANSWER_BESIDE_PAGES;
        }
    }

    private Passing() {}

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static void fields(Fields fields, Of of, ByteBuf out) {
        int from = -1;
        for (int field = 0; field < fields.count(); field++) {
            if (passes(fields, field, of)) {
                from = from < 0 ? fields.line(field) : from;
            } else if (from >= 0) {
                out.writeBytes(fields.bytes(), from, fields.line(field) - from);
                from = -1;
            }
        }
        if (from >= 0) {
            out.writeBytes(fields.bytes(), from, fields.line(fields.count()) - from);
        }
    }

    static boolean passes(Fields fields, int field, Of of) {
        return switch (fields.kind(field)) {
            case END_TO_END -> true;
            case ORDINARY -> !fields.named(field);
            case COOKIE -> of != Of.REQUEST_BESIDE_PAGES || !Sandbox.namesSession(fields, field);
            case SET_COOKIE -> of != Of.ANSWER_BESIDE_PAGES || !Sandbox.namesSession(fields, field);
            case CLEARS_SITE -> of != Of.ANSWER_BESIDE_PAGES;
            case EXPECT -> of != Of.TRAILERS;
            case HOST -> of.answer();
            case OURS -> of.answer() && !fields.named(field);
            case GATEWAYS -> of.request() && !fields.named(field);
            case TE -> of.request() && fields.valueIs(field, TRAILERS) && !fields.named(field);
            case CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING, UPGRADE, HOP -> false;
        };
    }

    /** What says how the body ends; nothing where there is none, or where the connection's end says it. */
    static void framing(Framing framing, ByteBuf out) {
        switch (framing.kind()) {
            case LENGTH -> length(framing.length(), out);
            case CHUNKED -> out.writeBytes(CHUNKED);
            case NONE, UNTIL_CLOSE -> {}
        }
    }

    static void length(long length, ByteBuf out) {
        out.writeBytes(CONTENT_LENGTH);
        number(length, out);
        out.writeBytes(CRLF);
    }

    private static void number(long number, ByteBuf out) {
        long unit = 1;
        while (number / unit >= 10) {
            unit *= 10;
        }
        for (; unit > 0; unit /= 10) {
            out.writeByte((int) ('0' + number / unit % 10));
        }
    }

    /** Both ends of this connection go on with another protocol, if the other one wants to. */
    static void upgrade(Fields fields, ByteBuf out) {
        out.writeBytes(UPGRADES);
        for (int at = fields.find(FieldKind.UPGRADE, 0); at >= 0; at = fields.find(FieldKind.UPGRADE, at + 1)) {
            out.writeBytes(fields.bytes(), fields.line(at), fields.line(at + 1) - fields.line(at));
        }
    }
}
