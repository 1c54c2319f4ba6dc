package dev.berth.client;

import java.util.List;

/** The gateway refused, or could not be reached (status 0). The message says what to do. */
public final class BerthException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** One thing that is wrong with a manifest. */
    public record Problem(String path, String message) {
        @Override
        public String toString() {
            return path.isEmpty() ? message : path + " " + message;
        }
    }

    private final int status;
    private final transient List<Problem> problems;

    public BerthException(int status, String message, List<Problem> problems) {
        super(message);
        this.status = status;
        this.problems = List.copyOf(problems);
    }

    /** The HTTP status; 0 where there was no answer. */
    public int status() {
        return status;
    }

    /** Whether nobody answered, for now: there was no gateway, or no service behind it. */
    public boolean unanswered() {
        return status == 0 || status == 503;
    }

    /** The manifest's problems; empty where it is about something else. */
    public List<Problem> problems() {
        return problems;
    }
}
