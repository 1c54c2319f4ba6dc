package dev.berth.gateway.status;

/** One name, which one app has at a time. */
public record AppName(String environment, String app) implements Comparable<AppName> {
    @Override
    public int compareTo(AppName other) {
        int order = environment.compareTo(other.environment);
        return order != 0 ? order : app.compareTo(other.app);
    }
}
