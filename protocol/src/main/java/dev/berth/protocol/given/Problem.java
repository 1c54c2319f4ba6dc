package dev.berth.protocol.given;

/**
 * What is wrong with a server that a setting names.
 *
 * @param sentence names the setting and says what to do; no password is in it
 * @param lasting waiting does not help: somebody has to change something
 */
public record Problem(String sentence, boolean lasting) {
    static Problem lasting(String sentence) {
        return new Problem(sentence, true);
    }

    static Problem passing(String sentence) {
        return new Problem(sentence, false);
    }
}
