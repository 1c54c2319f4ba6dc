package dev.berth.gateway.proxy.http;

import io.netty.buffer.ByteBuf;

/**
 * The next line, under a limit: cuts a section (a head, the line of a chunk's size, trailers) into lines, in whatever
 * pieces it comes. A section that comes whole stays where it lies; of one that does not, a buffer is made and its bytes
 * are copied once. No byte is searched twice for the end of its line.
 *
 * <p>Positions count from the section's first byte, wherever that is: they stay true when it is moved.
 */
final class Lines {
    private static final BadMessage BARE_LF = BadMessage.malformed("a line ends with LF alone; it must be CR LF");

    /** Null as long as the section is read where it lies. */
    private ByteBuf held;

    private ByteBuf in;
    /** Bytes of the section in lines that were read, ends included. */
    private int length;

    int start;
    /** Without CR LF. */
    int end;

    /**
     * Goes on to the next line; all of {@code from} is taken where it is not there yet, and what belongs to the section
     * otherwise only by {@link #take} or {@link #drop}.
     *
     * @param most bytes of the line without its end
     * @param tooLong thrown where it has more
     * @return false where it is not whole yet
     */
    boolean next(ByteBuf from, int most, BadMessage tooLong) throws BadMessage {
        in = from;
        int at = held == null ? from.readerIndex() + length : from.readerIndex();
        int pending = held == null ? 0 : held.writerIndex() - length;
        int feed = from.indexOf(at, from.writerIndex(), (byte) '\n');
        int raw = pending + (feed < 0 ? from.writerIndex() : feed) - at;
        // One more may be the CR.
        if (raw > most + 1) {
            throw tooLong;
        }
        if (feed < 0) {
            keep(from);
            return false;
        }
        if (held != null) {
            held.writeBytes(from, feed + 1 - at);
        }
        start = length;
        length += raw + 1;
        end = length - 2;
        if (raw == 0 || bytes().getByte(base() + end) != '\r') {
            throw BARE_LF;
        }
        return true;
    }

    private void keep(ByteBuf from) {
        if (held == null && from.isReadable()) {
            held = from.alloc().buffer(Math.max(1_024, 2 * from.readableBytes()));
        }
        if (held != null) {
            held.writeBytes(from);
        }
    }

    /** Where the line lies now. */
    ByteBuf bytes() {
        return held == null ? in : held;
    }

    /** Of the section's first byte in {@link #bytes}. */
    int base() {
        return held == null ? in.readerIndex() : 0;
    }

    int length() {
        return length;
    }

    /** True where something of the section has come. */
    boolean begun() {
        return length > 0 || held != null;
    }

    /** The section up to here, its first byte at 0; the caller's to release. The next section begins. */
    ByteBuf take() {
        ByteBuf section = held == null ? in.readRetainedSlice(length) : held;
        held = null;
        in = null;
        length = 0;
        return section;
    }

    /** Ends the section, whose bytes nobody needs. */
    void drop() {
        if (held == null) {
            in.skipBytes(length);
        }
        close();
    }

    void close() {
        if (held != null) {
            held.release();
            held = null;
        }
        in = null;
        length = 0;
    }
}
