package dev.berth.gateway.proxy.wire;

import dev.berth.gateway.proxy.exchange.Refusal;
import dev.berth.gateway.proxy.http.AnswerHead;
import dev.berth.gateway.proxy.http.AnswerWriter;
import dev.berth.gateway.proxy.http.Fields;
import dev.berth.gateway.proxy.http.Framing;
import dev.berth.gateway.proxy.http.RequestHead;
import dev.berth.gateway.proxy.http.Version;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;

/** Writes the answers to the requests of one client's connection of HTTP/1, one after the other. */
final class Http1Answer {
    /** For what is said beside the container's fields. */
    private static final int ROOM = 256;
    /** A body of no more bytes goes out with its head in one piece. */
    private static final int SMALL = 512;

    private Version version = Version.HTTP_1_1;
    private AnswerHead.Asked asked = AnswerHead.Asked.BODY;
    /** Another request may follow. */
    private boolean keep;

    private boolean begun;
    /** Null where bytes go as they are. */
    private Framing framing;
    /** A head that waits for what follows it at once; else null. */
    private ByteBuf held;

    /**
     * The next one is to this request.
     *
     * @param last nothing is to follow, whatever the request says
     */
    void to(RequestHead head, boolean last) {
        version = head.version();
        asked = head.asked();
        keep = head.keepsAlive() && !last;
        begun = false;
    }

    /** The next one is to something that could not be read. */
    void toNoise() {
        version = Version.HTTP_1_1;
        asked = AnswerHead.Asked.BODY;
        keep = false;
        begun = false;
    }

    boolean keeps() {
        return keep;
    }

    void last() {
        keep = false;
    }

    /** True where something of the answer is out. */
    boolean begun() {
        return begun;
    }

    /** True where only the connection's end can tell the answer's. */
    boolean untilClose() {
        return begun && framing != null && framing.kind() == Framing.Kind.UNTIL_CLOSE;
    }

    void interim(AnswerHead head, ChannelHandlerContext context) {
        ByteBuf out = room(head, context);
        AnswerWriter.interim(head, version, out);
        context.write(out, context.voidPromise());
    }

    void begin(AnswerHead head, boolean sandboxed, ChannelHandlerContext context) {
        begun = true;
        held = context.alloc().buffer(head.size() + ROOM + SMALL);
        framing = AnswerWriter.write(head, asked, version, keep, sandboxed, held);
        keep &= framing.kind() != Framing.Kind.UNTIL_CLOSE;
    }

    /** From here on bytes go as they are. */
    void switching(AnswerHead head, ChannelHandlerContext context) {
        begun = true;
        keep = false;
        framing = null;
        ByteBuf out = room(head, context);
        AnswerWriter.switching(head, out);
        context.write(out, context.voidPromise());
    }

    private static ByteBuf room(AnswerHead head, ChannelHandlerContext context) {
        return context.alloc().buffer(head.size() + ROOM);
    }

    void piece(ByteBuf piece, ChannelHandlerContext context) {
        boolean plain = framing != null && framing.kind() == Framing.Kind.LENGTH;
        if (held != null && plain && piece.readableBytes() <= Math.min(SMALL, held.writableBytes())) {
            held.writeBytes(piece);
            piece.release();
            return;
        }
        send(context);
        BodyOut.piece(context, framing, piece);
    }

    void end(Fields trailers, ChannelHandlerContext context) {
        send(context);
        BodyOut.end(context, framing, trailers);
    }

    /** Lets go of what is held: before whatever is to be flushed. */
    void send(ChannelHandlerContext context) {
        if (held != null) {
            context.write(held, context.voidPromise());
            held = null;
        }
    }

    /** The connection takes nothing more. */
    void drop() {
        if (held != null) {
            held.release();
            held = null;
        }
    }

    /** All of it, by the gateway's own word. */
    void refusal(Refusal refusal, ChannelHandlerContext context) {
        begun = true;
        context.write(Refusals.http1(refusal, version, asked, keep, context.alloc()), context.voidPromise());
    }
}
