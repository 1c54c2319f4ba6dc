package dev.berth.scheduler.fleet;

/** The two names of an app; at one time at most one app has them. */
public record AppName(String environment, String app) implements Comparable<AppName> {
    @Override
    public int compareTo(AppName other) {
        int byEnvironment = environment.compareTo(other.environment);
        return byEnvironment != 0 ? byEnvironment : app.compareTo(other.app);
    }

    @Override
    public String toString() {
        return environment + "/" + app;
    }
}
