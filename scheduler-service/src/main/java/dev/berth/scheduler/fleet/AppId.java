package dev.berth.scheduler.fleet;

/**
 * One life of an app, between its creation and its collection. A name that is used again is another app: its version
 * numbers, rollouts and containers have nothing to do with those of the life before.
 *
 * @param life the registry's id for it
 */
public record AppId(String environment, String app, String life) implements Comparable<AppId> {
    public AppName name() {
        return new AppName(environment, app);
    }

    @Override
    public int compareTo(AppId other) {
        int byName = name().compareTo(other.name());
        return byName != 0 ? byName : life.compareTo(other.life);
    }

    @Override
    public String toString() {
        return environment + "/" + app;
    }
}
