package dev.berth.protocol.bus;

import com.google.protobuf.MessageLite;

/** What a channel carries: a protobuf message from {@code bus.proto}, encoded, and the subject it is about. */
public record BusMessage(String subject, byte[] body) {

    public static BusMessage of(String subject, MessageLite message) {
        return new BusMessage(subject, message.toByteArray());
    }
}
