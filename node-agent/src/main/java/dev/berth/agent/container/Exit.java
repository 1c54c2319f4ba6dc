package dev.berth.agent.container;

import java.util.Map;

/**
 * How a process ended.
 *
 * @param code the exit status, 128 + n for signal n; -1 where nobody recorded it
 * @param outOfMemory the host's kernel ended it for exceeding its memory limit
 */
public record Exit(int code, boolean outOfMemory) {
    private static final Map<Integer, String> SIGNALS = Map.of(
            1, "SIGHUP", 2, "SIGINT", 3, "SIGQUIT", 4, "SIGILL", 6, "SIGABRT", 8, "SIGFPE", 9, "SIGKILL", 11, "SIGSEGV",
            13, "SIGPIPE", 15, "SIGTERM");

    public String words() {
        if (outOfMemory) {
            return "ran out of memory: it reached its limit and was killed; raise memory";
        }
        if (code < 0) {
            return "ended, and its exit status was lost";
        }
        if (code == 126) {
            return "could not be run (exit status 126): is the command executable?";
        }
        if (code == 127) {
            return "could not be run (exit status 127): the command was not found";
        }
        if (code > 128) {
            return "was ended by signal " + SIGNALS.getOrDefault(code - 128, String.valueOf(code - 128));
        }
        return "exited with status " + code;
    }
}
