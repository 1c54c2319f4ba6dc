package dev.berth.gateway.proxy.http;

import io.netty.buffer.ByteBuf;

/** Writes a request's head for a container, by HTTP/1.1. Allocates nothing. */
public final class RequestWriter {
    private static final byte[] VERSION = Passing.ascii(" HTTP/1.1\r\n");
    private static final byte[] PREFIX = Passing.ascii("x-forwarded-prefix: ");

    private RequestWriter() {}

    /** As {@link #write(RequestHead, int, Sender, ByteBuf)}, with all of the path. */
    public static void write(RequestHead head, Sender sender, ByteBuf out) {
        write(head, 0, sender, out);
    }

    /**
     * Everything up to the body, which goes on in the same framing.
     *
     * @param prefix bytes of the path that are the gateway's and no part of the app's, 0 for none: they are said in
     *     {@code X-Forwarded-Prefix} instead
     */
    public static void write(RequestHead head, int prefix, Sender sender, ByteBuf out) {
        byte[] bytes = head.fields().bytes();
        out.writeBytes(bytes, head.methodAt(), head.methodTo() - head.methodAt())
                .writeByte(' ');
        int path = head.pathAt() + prefix;
        if (prefix < 0 || path > head.targetTo()) {
            throw new IllegalArgumentException("no path has " + prefix + " bytes of a prefix here");
        }
        if (prefix == 0 && head.asksAll()) {
            out.writeByte('*');
        } else if (head.slashMissing(path)) {
            out.writeByte('/');
        }
        out.writeBytes(bytes, path, head.targetTo() - path).writeBytes(VERSION);
        out.writeBytes(sender.block(head));
        if (prefix > 0) {
            out.writeBytes(PREFIX).writeBytes(bytes, head.pathAt(), prefix).writeBytes(Passing.CRLF);
        }
        Passing.fields(head.fields(), prefix > 0 ? Passing.Of.REQUEST_BESIDE_PAGES : Passing.Of.REQUEST, out);
        if (head.upgrades()) {
            Passing.upgrade(head.fields(), out);
        }
        Passing.framing(head.framing(), out);
        out.writeBytes(Passing.CRLF);
    }
}
