package dev.berth.scheduler.fleet;

/** An app by its two names. */
public record AppId(String environment, String app) implements Comparable<AppId> {
    @Override
    public int compareTo(AppId other) {
        int byEnvironment = environment.compareTo(other.environment);
        return byEnvironment != 0 ? byEnvironment : app.compareTo(other.app);
    }
}
