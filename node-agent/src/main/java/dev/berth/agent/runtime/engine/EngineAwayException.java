package dev.berth.agent.runtime.engine;

import java.io.IOException;

/** The engine, or what runs containers for it, does not answer now: what was asked of it may work when it is back. */
public final class EngineAwayException extends IOException {
    private static final long serialVersionUID = 1;

    public EngineAwayException(String words) {
        super(words);
    }

    EngineAwayException(String words, Throwable cause) {
        super(words, cause);
    }
}
