package dev.berth.chassis.bus;

import com.google.protobuf.MessageLite;

/** What a channel carries: a protobuf message from {@code bus.proto}, encoded, and the subject it is about. */
public record BusMessage(String subject, byte[] body) {

    public static BusMessage of(String subject, MessageLite message) {
        return new BusMessage(subject, message.toByteArray());
    }

    /**
     * Each part may send on its own subjects alone, so these show whose a message is; what it says of itself does not.
     *
     * @param names that stand in the message, in the order of the subject's end
     * @throws IllegalArgumentException where the subject ends in others
     */
    public void mustBeOf(String... names) {
        String said = String.join(".", names);
        String[] tokens = subject.split("\\.", -1);
        int first = Math.max(0, tokens.length - names.length);
        String own = String.join(".", java.util.Arrays.asList(tokens).subList(first, tokens.length));
        if (!said.equals(own)) {
            throw new IllegalArgumentException(
                    "it says that it is of \"" + said + "\", and came as of \"" + own + "\"");
        }
    }

    /** @throws IllegalArgumentException where a field that must be there is not, or has no meaning */
    public static void check(boolean meaningful, String field) {
        if (!meaningful) {
            throw new IllegalArgumentException("its " + field + " is missing, or not known here");
        }
    }
}
