package dev.berth.cli.local;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One process of a local Berth.
 *
 * @param health URL that answers 200 when it is ready, or {@code postgresql:} to ask {@link PostgresPing}; empty where
 *            {@code port} accepting is enough
 * @param stopSignal what ends it in order
 */
record Part(
        String name,
        List<String> command,
        Map<String, String> environment,
        Optional<String> health,
        int port,
        String stopSignal,
        Path log) {

    /**
     * Makes what it would inherit what it is started with: the keys of others that the user's shell has are none of its
     * business. Names and text are UTF-8 whatever the user's locale is; a JVM has its from {@code LC_ALL} alone.
     */
    void settings(Map<String, String> inherited) {
        inherited
                .keySet()
                .removeIf(name -> name.startsWith("BERTH_NATS_")
                        || name.startsWith("BERTH_DATABASE_")
                        || name.startsWith("BERTH_KEY_")
                        || name.equals("BERTH_TOKEN"));
        if (!"UTF-8".equals(System.getProperty("sun.jnu.encoding"))) {
            inherited.put("LC_ALL", "C.UTF-8");
        }
        inherited.putAll(environment);
    }
}
