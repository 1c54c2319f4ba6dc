package dev.berth.chassis.bus;

/** Another part works under this one's name; the message says what to do. */
final class NameTakenException extends Exception {
    private static final long serialVersionUID = 1;

    NameTakenException(String sentence) {
        super(sentence);
    }
}
