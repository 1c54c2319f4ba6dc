package dev.berth.protocol.manifest;

/** What YAML takes for a number, or for true or false; its text is how it was written. */
public record Scalar(Object value, String text) {
    @Override
    public String toString() {
        return text;
    }
}
