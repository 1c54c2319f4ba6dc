package dev.berth.agent.runtime;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;

/** One GET by HTTP/2 on a connection of its own, which begins with it (RFC 9113, 3.3). Blocks. */
final class Http2Get {
    private static final int STREAM = 1;
    private static final int HEAD_BYTES = 9;
    private static final int MOST_FIELD_BYTES = 64 << 10;

    private final DefaultHttp2HeadersDecoder fields = new DefaultHttp2HeadersDecoder(false);
    private final ByteBuf block = Unpooled.buffer();
    private final DataInputStream in;
    private final OutputStream out;

    private Http2Get(Socket socket) throws IOException {
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        out = socket.getOutputStream();
    }

    /**
     * Asks, and reads up to the head of the final answer.
     *
     * @return its status
     * @throws Probe.NoAnswer where none comes
     */
    static int status(Socket socket, String authority, String path) throws IOException, Probe.NoAnswer {
        Http2Get get = new Http2Get(socket);
        try {
            get.ask(authority, path);
            return get.answer();
        } catch (EOFException closed) {
            throw new Probe.NoAnswer("was not answered: the connection was closed");
        } catch (Http2Exception broken) {
            throw new Probe.NoAnswer("was answered with fields that can't be read: " + broken.getMessage());
        } catch (IndexOutOfBoundsException | IllegalArgumentException broken) {
            throw new Probe.NoAnswer("was answered with frames that can't be read");
        }
    }

    private void ask(String authority, String path) throws IOException, Http2Exception {
        ByteBuf question = Unpooled.buffer();
        question.writeBytes(Http2CodecUtil.connectionPrefaceBuf());
        frame(question, Http2FrameTypes.SETTINGS, 0, 0, Unpooled.EMPTY_BUFFER);
        Http2Headers headers = new DefaultHttp2Headers()
                .method("GET")
                .scheme("http")
                .authority(authority)
                .path(path);
        headers.add("user-agent", "berth-agent").add("accept", "*/*");
        ByteBuf encoded = Unpooled.buffer();
        new DefaultHttp2HeadersEncoder().encodeHeaders(STREAM, headers, encoded);
        int whole = new Http2Flags().endOfHeaders(true).endOfStream(true).value();
        frame(question, Http2FrameTypes.HEADERS, whole, STREAM, encoded);
        send(question);
    }

    private static void frame(ByteBuf to, int type, int flags, int stream, ByteBuf payload) {
        to.writeMedium(payload.readableBytes())
                .writeByte(type)
                .writeByte(flags)
                .writeInt(stream)
                .writeBytes(payload);
    }

    private void send(ByteBuf bytes) throws IOException {
        bytes.readBytes(out, bytes.readableBytes());
        out.flush();
    }

    private int answer() throws IOException, Http2Exception, Probe.NoAnswer {
        boolean first = true;
        while (true) {
            byte[] head = in.readNBytes(HEAD_BYTES);
            if (head.length == 0 || head.length < HEAD_BYTES && !first) {
                throw new EOFException();
            }
            ByteBuf frame = Unpooled.wrappedBuffer(head);
            int length = head.length < HEAD_BYTES ? Integer.MAX_VALUE : frame.readUnsignedMedium();
            if (length > Http2CodecUtil.DEFAULT_MAX_FRAME_SIZE || first && head[3] != Http2FrameTypes.SETTINGS) {
                throw new Probe.NoAnswer("was answered with what is no HTTP/2", head);
            }
            first = false;
            byte type = frame.readByte();
            Http2Flags flags = new Http2Flags(frame.readUnsignedByte());
            byte[] payload = new byte[length];
            in.readFully(payload);
            int status = taken(type, flags, Unpooled.wrappedBuffer(payload));
            if (status >= 200) {
                return status;
            }
        }
    }

    /** The status that a frame ends the fields of; else 0. */
    private int taken(byte type, Http2Flags flags, ByteBuf payload) throws IOException, Http2Exception, Probe.NoAnswer {
        switch (type) {
            case Http2FrameTypes.SETTINGS -> {
                if (!flags.ack()) {
                    ByteBuf ack = Unpooled.buffer();
                    frame(ack, type, new Http2Flags().ack(true).value(), 0, Unpooled.EMPTY_BUFFER);
                    send(ack);
                }
            }
            case Http2FrameTypes.HEADERS -> {
                int padding = flags.paddingPresent() ? payload.readUnsignedByte() : 0;
                payload.skipBytes(flags.priorityPresent() ? Integer.BYTES + 1 : 0);
                return fields(flags, payload.readSlice(payload.readableBytes() - padding));
            }
            case Http2FrameTypes.CONTINUATION -> {
                return fields(flags, payload);
            }
            case Http2FrameTypes.RST_STREAM, Http2FrameTypes.GO_AWAY -> {
                payload.skipBytes(type == Http2FrameTypes.GO_AWAY ? Integer.BYTES : 0);
                Http2Error error = Http2Error.valueOf(payload.readUnsignedInt());
                String frame = type == Http2FrameTypes.GO_AWAY ? "GOAWAY" : "RST_STREAM";
                throw new Probe.NoAnswer("was refused by " + frame + " " + error);
            }
            default -> {
                // Nothing that a status depends on.
            }
        }
        return 0;
    }

    private int fields(Http2Flags flags, ByteBuf piece) throws Http2Exception, Probe.NoAnswer {
        block.writeBytes(piece);
        if (block.readableBytes() > MOST_FIELD_BYTES) {
            throw new Probe.NoAnswer("was answered with fields of over " + MOST_FIELD_BYTES + " bytes");
        }
        if (!flags.endOfHeaders()) {
            return 0;
        }
        CharSequence status = fields.decodeHeaders(STREAM, block).status();
        block.clear();
        if (status == null || !status.toString().matches("\\d{3}")) {
            throw new Probe.NoAnswer("was answered without a status");
        }
        return Integer.parseInt(status.toString());
    }
}
