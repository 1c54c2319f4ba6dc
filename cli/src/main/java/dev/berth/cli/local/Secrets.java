package dev.berth.cli.local;

import dev.berth.protocol.key.PartKey;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;

/** What the parts of one local Berth know each other by. Made when it is first asked for, kept for the owner's eyes. */
final class Secrets {
    private final Home home;
    private final Properties values;

    private Secrets(Home home, Properties values) {
        this.home = home;
        this.values = values;
    }

    static Secrets open(Home home) {
        return new Secrets(home, home.secrets());
    }

    /**
     * What a part calls others by, and is called by, as its settings.
     *
     * @param part as its permissions on the bus name it
     */
    Map<String, String> keys(String part) throws IOException {
        String registry = get("key.registry", "");
        String scheduler = get("key.scheduler", "");
        return switch (part) {
            case "registry" -> Map.of("BERTH_KEY_OWN", registry);
            case "scheduler" -> Map.of("BERTH_KEY_OWN", scheduler, "BERTH_KEY_REGISTRY", PartKey.of(registry, part));
            case "gateway" ->
                Map.of(
                        "BERTH_KEY_REGISTRY",
                        PartKey.of(registry, part),
                        "BERTH_KEY_SCHEDULER",
                        PartKey.of(scheduler, part));
            default -> Map.of("BERTH_KEY_REGISTRY", PartKey.of(registry, part));
        };
    }

    String database() throws IOException {
        return get("database", "");
    }

    /** The first user's, for the API. */
    String token() throws IOException {
        return get("token", "berth_");
    }

    /** A part's password for NATS. */
    String nats(String part) throws IOException {
        return get("nats." + part, "");
    }

    private synchronized String get(String name, String prefix) throws IOException {
        if (!values.containsKey(name)) {
            byte[] bytes = new byte[20];
            new SecureRandom().nextBytes(bytes);
            values.setProperty(name, prefix + HexFormat.of().formatHex(bytes));
            home.write("secrets", values);
        }
        return values.getProperty(name);
    }
}
