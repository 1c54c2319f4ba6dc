package dev.berth.gateway.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;

/**
 * The fields of a head, or trailers: positions in the bytes that were read. Nothing is made of a field but five numbers;
 * {@link #name} and {@link #value} alone allocate.
 */
public final class Fields {
    private static final BadMessage FOLDED =
            BadMessage.malformed("a field goes on in a second line, which HTTP no longer allows");
    private static final BadMessage NO_COLON = BadMessage.malformed("a field has no colon");
    private static final BadMessage NO_NAME = BadMessage.malformed("a field has no name");
    private static final BadMessage BLANK_BEFORE_COLON =
            BadMessage.malformed("a field has a blank between its name and the colon");
    private static final BadMessage BAD_NAME = BadMessage.malformed("a field has a name that no field has");
    private static final BadMessage BAD_VALUE = BadMessage.malformed("a field has control bytes in its value");
    private static final BadMessage TOO_LARGE =
            new BadMessage(431, "the fields are over this gateway's limit of bytes");
    private static final BadMessage TOO_MANY = new BadMessage(431, "there are more fields than this gateway takes");

    private static final AsciiString CLOSE = new AsciiString("close");
    private static final AsciiString KEEP_ALIVE = new AsciiString("keep-alive");
    private static final AsciiString UPGRADE = new AsciiString("upgrade");

    // The numbers of a field, from its first one.
    private static final int NAME_TO = 1;
    private static final int VALUE = 2;
    private static final int VALUE_TO = 3;
    private static final int KIND = 4;
    private static final int NUMBERS = 5;

    /** As many as trailers have. */
    static final int FEW = 4;

    private int[] numbers;
    private int count;
    private int end;
    private boolean named;
    private byte[] bytes;

    /** @param room for so many there is room at first, 1 or more; it doubles when more come */
    Fields(int room) {
        numbers = new int[NUMBERS * room];
    }

    /** Reads lines up to the empty one; false where more have to come. */
    boolean read(ByteBuf in, Lines lines, HeadLimits limits) throws BadMessage {
        while (lines.next(in, limits.head() - lines.length() - 2, TOO_LARGE)) {
            if (lines.start == lines.end) {
                end = lines.start;
                return true;
            }
            if (count == limits.fields()) {
                throw TOO_MANY;
            }
            add(lines.bytes(), lines.start, lines.end);
        }
        return false;
    }

    private void add(byte[] in, int from, int to) throws BadMessage {
        int colon = Octets.end(in, from, to, Octets.TOKEN);
        byte stop = colon == to ? 0 : in[colon];
        if (stop != ':') {
            throw colon == to ? NO_COLON : !Octets.blank(stop) ? BAD_NAME : colon == from ? FOLDED : BLANK_BEFORE_COLON;
        }
        if (colon == from) {
            throw NO_NAME;
        }
        int value = colon + 1;
        while (value < to && Octets.blank(in[value])) {
            value++;
        }
        int valueTo = to;
        while (valueTo > value && Octets.blank(in[valueTo - 1])) {
            valueTo--;
        }
        if (!Octets.all(in, value, valueTo, Octets.VALUE)) {
            throw BAD_VALUE;
        }
        if (numbers.length == NUMBERS * count) {
            numbers = java.util.Arrays.copyOf(numbers, 2 * numbers.length);
        }
        int at = NUMBERS * count++;
        FieldKind kind = FieldKind.of(in, from, colon);
        named |= kind == FieldKind.CONNECTION && !usual(in, value, valueTo);
        numbers[at] = from;
        numbers[at + NAME_TO] = colon;
        numbers[at + VALUE] = value;
        numbers[at + VALUE_TO] = valueTo;
        numbers[at + KIND] = kind.ordinal();
    }

    private static boolean usual(byte[] in, int from, int to) {
        return Octets.same(in, from, to, KEEP_ALIVE)
                || Octets.same(in, from, to, CLOSE)
                || Octets.same(in, from, to, UPGRADE);
    }

    void hold(byte[] section) {
        bytes = section;
    }

    byte[] bytes() {
        return bytes;
    }

    public int count() {
        return count;
    }

    public FieldKind kind(int field) {
        return FieldKind.at(numbers[NUMBERS * field + KIND]);
    }

    /** As it was written. */
    public String name(int field) {
        int at = NUMBERS * field;
        return text(numbers[at], numbers[at + NAME_TO]);
    }

    /** Without the blanks around it; a character for each byte. */
    public String value(int field) {
        return text(valueAt(field), valueTo(field));
    }

    private String text(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    /** Where the line of a field begins; of the one after the last: the end of them all. */
    int line(int field) {
        return field == count ? end : numbers[NUMBERS * field];
    }

    int nameTo(int field) {
        return numbers[NUMBERS * field + NAME_TO];
    }

    int valueAt(int field) {
        return numbers[NUMBERS * field + VALUE];
    }

    int valueTo(int field) {
        return numbers[NUMBERS * field + VALUE_TO];
    }

    /** The first field of a name from one on; -1 where there is none. */
    public int find(AsciiString lower, int from) {
        for (int field = from; field < count; field++) {
            int at = NUMBERS * field;
            if (Octets.same(bytes, numbers[at], numbers[at + NAME_TO], lower)) {
                return field;
            }
        }
        return -1;
    }

    /** The first field of a kind from one on; -1 where there is none. */
    public int find(FieldKind kind, int from) {
        for (int field = from; field < count; field++) {
            if (numbers[NUMBERS * field + KIND] == kind.ordinal()) {
                return field;
            }
        }
        return -1;
    }

    /** Whatever the case of letters. */
    public boolean valueIs(int field, AsciiString lower) {
        return Octets.same(bytes, valueAt(field), valueTo(field), lower);
    }

    /** True where fields of a kind, which are lists, name a token. */
    public boolean lists(FieldKind kind, AsciiString lower) {
        for (int field = find(kind, 0); field >= 0; field = find(kind, field + 1)) {
            Elements elements = elements(field);
            while (elements.next()) {
                if (Octets.same(bytes, elements.from, elements.to, lower)) {
                    return true;
                }
            }
        }
        return false;
    }

    Elements elements(int field) {
        return new Elements(bytes, valueAt(field), valueTo(field));
    }

    /** True where {@code Connection} names the field. */
    boolean named(int field) {
        if (!named) {
            return false;
        }
        int at = NUMBERS * field;
        for (int by = find(FieldKind.CONNECTION, 0); by >= 0; by = find(FieldKind.CONNECTION, by + 1)) {
            Elements elements = elements(by);
            while (elements.next()) {
                if (Octets.same(bytes, elements.from, elements.to, numbers[at], numbers[at + NAME_TO])) {
                    return true;
                }
            }
        }
        return false;
    }
}
