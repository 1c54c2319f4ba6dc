package dev.berth.gateway.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.AsciiString;
import java.util.Map;

/** The fields of an HTTP/2 answer as a head of HTTP/1.1, by the same grammar; what that cannot carry is refused. */
public final class Http2Answer {
    private static final BadMessage NO_STATUS = BadMessage.malformed(":status must be there once, before all fields");
    private static final AsciiString STATUS = new AsciiString(":status");
    private static final byte[] VERSION = Passing.ascii("HTTP/1.1 ");

    private Http2Answer() {}

    /**
     * @param fields names and values, a character for each byte, as Netty's {@code Http2Headers} has them
     * @param ended true where the stream ends with them
     * @throws BadMessage of which the stream alone has to end
     */
    public static AnswerHead of(
            Iterable<? extends Map.Entry<? extends CharSequence, ? extends CharSequence>> fields,
            boolean ended,
            HeadLimits limits,
            ByteBufAllocator allocator)
            throws BadMessage {
        ByteBuf lines = allocator.buffer();
        try {
            write(fields, limits, lines);
            AnswerHead head = HeadReader.ofAnswers(limits).read(lines);
            if (head == null) {
                throw new IllegalStateException("a whole head was written, and it reads as half a one");
            }
            head.byHttp2(ended);
            return head;
        } catch (BadMessage bad) {
            throw bad.status() == 502 ? bad : new BadMessage(502, bad.getMessage());
        } finally {
            lines.release();
        }
    }

    private static void write(
            Iterable<? extends Map.Entry<? extends CharSequence, ? extends CharSequence>> fields,
            HeadLimits limits,
            ByteBuf out)
            throws BadMessage {
        long bytes = 0;
        boolean status = false;
        for (Map.Entry<? extends CharSequence, ? extends CharSequence> field : fields) {
            CharSequence name = field.getKey();
            CharSequence value = field.getValue();
            bytes += name.length() + value.length() + 4L;
            if (bytes > limits.head()) {
                throw Http2Text.TOO_LARGE;
            }
            if (!Http2Text.pseudo(name)) {
                if (!status) {
                    throw NO_STATUS;
                }
                Http2Text.check(name, value);
                Http2Text.line(name, value, out);
            } else if (status
                    || !AsciiString.contentEquals(name, STATUS)
                    || value.length() != 3
                    || !Http2Text.all(value, Octets.DIGIT)) {
                throw NO_STATUS;
            } else {
                status = true;
                out.writeBytes(VERSION);
                Http2Text.put(value, out);
                out.writeByte(' ').writeBytes(Passing.CRLF);
            }
        }
        if (!status) {
            throw NO_STATUS;
        }
        out.writeBytes(Passing.CRLF);
    }
}
