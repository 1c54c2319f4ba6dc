package dev.berth.agent.control;

import java.io.IOException;

/** No second try mends it; the words say what does. */
final class HopelessException extends IOException {
    private static final long serialVersionUID = 1L;

    HopelessException(String words) {
        super(words);
    }
}
