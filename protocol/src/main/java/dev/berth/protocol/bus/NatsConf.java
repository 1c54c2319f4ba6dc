package dev.berth.protocol.bus;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The configuration of a nats-server with all permissions, from their one table. */
public final class NatsConf {
    /** A message that is larger is not taken. */
    private static final String LIMIT = "max_payload: 8MB\n";

    private NatsConf() {}

    /** For a NATS of one's own, with words in the place of passwords. */
    public static String documented() {
        return """
                # Who may do what on Berth's bus, for a NATS of your own (2.9.10 or newer): made from the table that Berth's own
                # NATS is started with. Put a password of its own in place of each PASSWORD word, repeat the last user for each
                # node, and keep this file 0600. Each part is told its own, for example
                # BERTH_NATS_URL_SCHEDULER=nats://scheduler:PASSWORD_OF_SCHEDULER@nats.example:4222 (see docs/nats.md).
                """
                + LIMIT + "jetstream {}\n"
                + authorization(Map.of(
                        Permissions.registry(),
                        "PASSWORD_OF_REGISTRY",
                        Permissions.scheduler(),
                        "PASSWORD_OF_SCHEDULER",
                        Permissions.gateway(),
                        "PASSWORD_OF_GATEWAY",
                        Permissions.agent("NODE"),
                        "PASSWORD_OF_THE_AGENT_OF_NODE"));
    }

    /**
     * @param passwords of each part
     * @param data the folder of the streams
     */
    public static String local(int port, String data, Map<Permissions, String> passwords) {
        return "listen: 127.0.0.1:" + port + "\n" + LIMIT + "jetstream { store_dir: \"" + data
                + "\", max_mem: 256MB, max_file: 2GB }\n" + authorization(passwords);
    }

    private static String authorization(Map<Permissions, String> passwords) {
        return passwords.entrySet().stream()
                .sorted(Map.Entry.comparingByKey(
                        java.util.Comparator.comparing(NatsConf::rank).thenComparing(Permissions::part)))
                .map(entry -> user(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining("", "authorization { users: [\n", "] }\n"));
    }

    private static int rank(Permissions permissions) {
        return List.of("registry", "scheduler", "gateway").indexOf(permissions.part()) & 0xF;
    }

    private static String user(Permissions permissions, String password) {
        return "  { user: \"" + permissions.part() + "\", password: \"" + password + "\", permissions: {\n"
                + "    publish: [" + list(permissions.publish()) + "]\n    subscribe: ["
                + list(permissions.subscribe()) + "]\n  } }\n";
    }

    private static String list(List<String> subjects) {
        return subjects.stream().map(subject -> "\n      \"" + subject + "\"").collect(Collectors.joining(","))
                + "\n    ";
    }
}
