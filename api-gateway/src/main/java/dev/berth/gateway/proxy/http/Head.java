package dev.berth.gateway.proxy.http;

import io.netty.util.AsciiString;

/** The head of a message as it was read. */
public abstract sealed class Head permits RequestHead, AnswerHead {
    static final AsciiString CLOSE = new AsciiString("close");
    static final AsciiString KEEP_ALIVE = new AsciiString("keep-alive");

    final Fields fields;
    Version version;
    Framing said;

    Head(int room) {
        fields = new Fields(room);
    }

    /** Takes the first line; false for an empty one before it, where that is allowed. */
    abstract boolean first(byte[] in, int from, int to) throws BadMessage;

    abstract BadMessage tooLong();

    /** Looks at what all lines together have to say. */
    void finish() throws BadMessage {
        said = Framing.said(fields, version);
    }

    /** A message of the grammar that is refused, as its reader says it. */
    BadMessage refusal(BadMessage why) {
        return why;
    }

    public final Fields fields() {
        return fields;
    }

    public final Version version() {
        return version;
    }

    /** Bytes of it, about: room for what is made of it. */
    public final int size() {
        return fields.line(fields.count());
    }

    /** True where another message may follow on the connection. */
    public final boolean keepsAlive() {
        return switch (version) {
            case HTTP_2 -> true;
            case HTTP_1_1 -> !fields.lists(FieldKind.CONNECTION, CLOSE);
            case HTTP_1_0 ->
                fields.lists(FieldKind.CONNECTION, KEEP_ALIVE) && !fields.lists(FieldKind.CONNECTION, CLOSE);
        };
    }
}
