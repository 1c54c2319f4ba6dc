package dev.berth.gateway.proxy.exchange;

import io.netty.buffer.ByteBuf;

/** Follows one direction of a WebSocket (RFC 6455, section 5.2) and knows where its frames end. Changes nothing. */
final class Frames {
    private int headerSeen;
    private int headerLength = 2;
    private int lengthEnds;
    private long length;
    private long payloadLeft;

    /** True where no frame is under way. */
    boolean atBoundary() {
        return headerSeen == 0 && payloadLeft == 0;
    }

    /**
     * Takes note of bytes that pass.
     *
     * @param one stop at the next boundary
     * @return how many bytes were taken note of
     */
    int follow(ByteBuf data, boolean one) {
        int from = data.readerIndex();
        int at = from;
        while (at < data.writerIndex()) {
            if (payloadLeft > 0) {
                int step = (int) Math.min(payloadLeft, data.writerIndex() - at);
                at += step;
                payloadLeft -= step;
            } else {
                header(data.getByte(at++));
            }
            if (one && atBoundary()) {
                return at - from;
            }
        }
        return at - from;
    }

    private void header(byte next) {
        headerSeen++;
        if (headerSeen == 2) {
            int shortLength = next & 0x7f;
            int extended = shortLength == 126 ? 2 : shortLength == 127 ? 8 : 0;
            headerLength = 2 + extended + ((next & 0x80) == 0 ? 0 : 4);
            length = extended == 0 ? shortLength : 0;
            lengthEnds = 2 + extended;
        } else if (headerSeen > 2 && headerSeen <= lengthEnds) {
            length = length << 8 | next & 0xff;
        }
        if (headerSeen == headerLength) {
            // The highest bit must be 0; where it is not, nobody can tell where the frame ends.
            payloadLeft = length < 0 ? Long.MAX_VALUE : length;
            headerSeen = 0;
            headerLength = 2;
        }
    }
}
