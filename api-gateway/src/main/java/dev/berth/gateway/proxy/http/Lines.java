package dev.berth.gateway.proxy.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * The next line, under a limit: cuts a section (a head, the line of a chunk's size, trailers) into lines, in whatever
 * pieces it comes. Its bytes are copied once, into an array of the section's own, which is read faster than a buffer and
 * needs nobody to release it. No byte is searched twice for the end of its line.
 */
final class Lines {
    private static final BadMessage BARE_LF = BadMessage.malformed("a line ends with LF alone; it must be CR LF");
    private static final int LEAST_ROOM = 64;

    private byte[] bytes;
    /** Of the section before, which the next one may be like. */
    private int room = LEAST_ROOM;

    /** Bytes of the section that have come. */
    private int filled;
    /** Those in lines that were read, ends included. */
    private int length;

    int start;
    /** Without CR LF. */
    int end;

    /**
     * Goes on to the next line; what is of it is taken, also where it is not whole yet.
     *
     * @param most bytes of the line without its end
     * @param tooLong thrown where it has more
     * @return false where it is not whole yet
     */
    boolean next(ByteBuf from, int most, BadMessage tooLong) throws BadMessage {
        int before = filled - length;
        int feed = from.indexOf(from.readerIndex(), from.writerIndex(), (byte) '\n');
        int more = (feed < 0 ? from.writerIndex() : feed) - from.readerIndex();
        // One more may be the CR.
        if (before + more > most + 1) {
            throw tooLong;
        }
        if (feed < 0) {
            take(from, more);
            return false;
        }
        take(from, more + 1);
        start = length;
        length = filled;
        end = length - 2;
        if (end < start || bytes[end] != '\r') {
            throw BARE_LF;
        }
        return true;
    }

    private void take(ByteBuf from, int count) {
        if (count == 0) {
            return;
        }
        if (bytes == null) {
            bytes = new byte[Math.max(room, count)];
        } else if (bytes.length < filled + count) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, filled + count));
        }
        from.readBytes(bytes, filled, count);
        filled += count;
    }

    /** The section's, in which lines have their positions. */
    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** True where something of the section has come. */
    boolean begun() {
        return filled > 0;
    }

    /** The section up to here, the caller's to keep. The next section begins. */
    byte[] take() {
        byte[] section = bytes;
        room = length + LEAST_ROOM;
        bytes = null;
        drop();
        return section;
    }

    /** Ends the section, whose bytes nobody needs. */
    void drop() {
        filled = 0;
        length = 0;
    }
}
