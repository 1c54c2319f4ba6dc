package dev.berth.e2e.simulation;

import dev.berth.scheduler.cluster.AppHead;
import dev.berth.scheduler.fleet.AppId;
import dev.berth.scheduler.fleet.AppName;
import dev.berth.scheduler.fleet.FunctionSpec;
import dev.berth.scheduler.fleet.Image;
import dev.berth.scheduler.fleet.Kind;
import dev.berth.scheduler.fleet.VersionSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What may run: the apps, their lives and versions. */
final class Registry {
    private static final String IMAGE = "image:latest";
    static final Duration TIMEOUT = Duration.ofSeconds(20);

    /** One life of an app. */
    static final class Life {
        final AppId id;
        final TreeMap<Integer, VersionSpec> versions = new TreeMap<>();
        Optional<String> stopped = Optional.empty();
        long revision;

        Life(AppId id) {
            this.id = id;
        }
    }

    private final World world;
    /** By name, the life that has it now. */
    final Map<AppName, Life> apps = new TreeMap<>();
    /** Every version that ever was, also of lives that are over: how a digest behaves. */
    private final Map<String, Boolean> bad = new HashMap<>();

    /** By digest, the name of its image; none of a process. */
    private final Map<String, String> images = new HashMap<>();

    private int pushes;
    private int lives;
    private int digests;

    Registry(World world) {
        this.world = world;
    }

    /** Of all that are, were, or may be. */
    List<AppName> names() {
        return List.of(name(0), name(1), name(2));
    }

    static AppName name(int number) {
        return new AppName("main", "app-" + number);
    }

    /** Does something to one app; gives its name. */
    AppName change() {
        AppName name = name(world.random.nextInt(3));
        Life life = apps.get(name);
        int kind = world.random.nextInt(12);
        if (life == null || life.versions.isEmpty()) {
            life = apps.computeIfAbsent(
                    name, key -> new Life(new AppId(key.environment(), key.app(), "life-" + lives++)));
            deploy(life);
        } else if (kind < 6) {
            deploy(life);
        } else if (kind < 8) {
            again(life, life.versions.get(1 + world.random.nextInt(life.versions.lastKey())), false);
        } else if (kind < 9) {
            again(life, life.versions.lastEntry().getValue(), true);
        } else if (life.stopped.isEmpty()) {
            life.stopped = Optional.of("tester");
            life.revision++;
            world.note("the registry stops " + name);
        } else {
            apps.remove(name);
            world.note("the registry collects " + name);
        }
        return name;
    }

    private void deploy(Life life) {
        List<FunctionSpec> functions = new ArrayList<>();
        functions.add(function(life.id.name(), "web"));
        if (world.chance(40)) {
            functions.add(function(life.id.name(), "admin"));
        }
        add(life, new VersionSpec(next(life), false, world.chance(15), 0, functions));
    }

    private FunctionSpec function(AppName app, String name) {
        String digest = "digest-" + digests++;
        bad.put(digest, world.chance(12));
        if (world.chance(40)) {
            images.put(digest, IMAGE);
        }
        // Fixed ports are shared by the apps, so that they compete for them.
        int port = world.chance(20) ? 8_000 + world.random.nextInt(2) : 0;
        return new FunctionSpec(
                name,
                digest,
                new Kind.Web(port, List.of(app.app() + "-" + name), false),
                100,
                1 << 20,
                world.random.nextInt(4),
                TIMEOUT,
                Duration.ofSeconds(5),
                imageOf(digest).map(image -> new Image(image, true)));
    }

    private void again(Life life, VersionSpec old, boolean fresh) {
        add(life, new VersionSpec(next(life), fresh, old.recreate(), old.version(), old.functions()));
    }

    private void add(Life life, VersionSpec spec) {
        life.versions.put(spec.version(), spec);
        life.stopped = Optional.empty();
        life.revision++;
        world.note("the registry has " + life.id + " (" + life.id.life() + ") v" + spec.version());
    }

    private static int next(Life life) {
        return life.versions.isEmpty() ? 1 : life.versions.lastKey() + 1;
    }

    boolean bad(FunctionSpec function) {
        return bad.get(function.digest());
    }

    boolean bad(String digest) {
        return bad.get(digest);
    }

    Optional<String> imageOf(String digest) {
        return Optional.ofNullable(images.get(digest));
    }

    /** What the tag of the image is now: it moves all the time. */
    String resolve() {
        return IMAGE + "@sha256:%064x".formatted(pushes++);
    }

    Optional<AppHead> head(AppName name) {
        return Optional.ofNullable(apps.get(name)).map(Registry::head);
    }

    private static AppHead head(Life life) {
        return new AppHead(life.id, life.revision, life.versions.lastKey(), life.stopped);
    }

    List<AppHead> heads() {
        return apps.values().stream().map(Registry::head).toList();
    }
}
