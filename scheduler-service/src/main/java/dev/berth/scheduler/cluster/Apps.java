package dev.berth.scheduler.cluster;

import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.AppName;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The apps, and which life has a name now. The registry is asked by several roads at once, so an answer may be older than
 * another that came before it: one counts when it was asked for after the last one that counted, or when it says itself
 * that it is newer.
 */
final class Apps {
    /** What came of the registry's word. */
    sealed interface Heard {
        record Nothing() implements Heard {}

        record Changed(AppId app) implements Heard {}

        /** The name is another app's now. */
        record Reborn(AppId before, AppId app) implements Heard {}
    }

    /** All that is known under one name: its lives, the newest last, and how new that is. */
    private static final class Name {
        final Deque<App> lives = new ArrayDeque<>();
        long revision = -1;
        long heardAs;
    }

    private final Map<AppName, Name> names = new TreeMap<>();
    private final Map<AppId, App> apps = new HashMap<>();
    private long answers;

    /** A ticket: answers to what is asked with it are newer than all that were taken in so far. */
    long ask() {
        return answers;
    }

    App add(AppId id) {
        App app = new App(id);
        apps.put(id, app);
        Name name = names.computeIfAbsent(id.name(), key -> new Name());
        name.lives.forEach(App::retire);
        name.lives.addLast(app);
        return app;
    }

    Collection<App> all() {
        return apps.values();
    }

    App get(AppId id) {
        return apps.get(id);
    }

    Optional<App> find(AppId id) {
        return Optional.ofNullable(apps.get(id));
    }

    Optional<App> current(AppName name) {
        return Optional.ofNullable(names.get(name)).map(known -> known.lives.getLast());
    }

    boolean isCurrent(AppId id) {
        return current(id.name()).filter(app -> app.id.equals(id)).isPresent();
    }

    /** The one that has the name now first. */
    Collection<App> lives(AppName name) {
        return names.get(name).lives.reversed();
    }

    Set<AppName> names() {
        return Set.copyOf(names.keySet());
    }

    Heard hear(AppHead head, long ticket) {
        Name name = names.get(head.id().name());
        if (name == null) {
            add(head.id()).head(head.newest(), head.stopped());
            accept(names.get(head.id().name()), head.revision());
            return new Heard.Changed(head.id());
        }
        App app = name.lives.getLast();
        boolean sameLife = app.id.equals(head.id());
        boolean overtaken = name.heardAs > ticket;
        if (overtaken && !(sameLife && head.revision() > name.revision)) {
            return new Heard.Nothing();
        }
        accept(name, head.revision());
        if (sameLife) {
            return app.head(head.newest(), head.stopped()) ? new Heard.Changed(app.id) : new Heard.Nothing();
        }
        add(head.id()).head(head.newest(), head.stopped());
        return new Heard.Reborn(app.id, head.id());
    }

    private void accept(Name name, long revision) {
        name.revision = revision;
        name.heardAs = ++answers;
    }

    /** The app whose name is not the registry's any more; empty where it is not known, or newer than the answer. */
    Optional<App> absent(AppName name, long ticket) {
        Name known = names.get(name);
        if (known == null || known.heardAs > ticket) {
            return Optional.empty();
        }
        known.heardAs = ++answers;
        return Optional.of(known.lives.getLast());
    }

    /** True where nothing is left of its name. */
    boolean remove(AppId id) {
        apps.remove(id);
        Name name = names.get(id.name());
        name.lives.removeIf(app -> app.id.equals(id));
        if (name.lives.isEmpty()) {
            names.remove(id.name());
            return true;
        }
        return false;
    }
}
