package dev.berth.protocol.bus;

import java.util.List;
import java.util.stream.Stream;

/**
 * Who may publish and read what on the bus: for each part the narrowest that it works with. A part is a user of NATS by
 * this name. What a stream holds is read in one of two ways: the last value of one subject is asked for; all values of a
 * filter come by a consumer, and whoever may make one also chooses where its messages go, so agents may not.
 *
 * @param part {@code registry}, {@code scheduler}, {@code gateway}, or an agent's {@code agent-<node>}
 * @param publish subjects, those of JetStream's API among them
 * @param subscribe subjects; answers come to an inbox that nobody else may listen at
 * @param ownsStreams it makes the streams where they are missing
 */
public record Permissions(String part, List<String> publish, List<String> subscribe, boolean ownsStreams) {
    private static final String AGENT = "agent-";

    public Permissions {
        publish = List.copyOf(publish);
        subscribe = List.copyOf(subscribe);
    }

    public static Permissions registry() {
        return new Permissions("registry", both(List.of("berth.app.>"), streams()), List.of(inboxes("registry")), true);
    }

    public static Permissions scheduler() {
        // Its own head among them: it hears by it that the bus lives.
        List<String> reads = List.of("berth.app.>", "berth.observed.*", "berth.gateway.*");
        List<String> head = List.of(Subjects.ROUTES_HEAD);
        return new Permissions(
                "scheduler",
                both(
                        List.of("berth.desired.*", "berth.routes.>", "berth.shown.>"),
                        streams(),
                        replay(Subjects.STATE_STREAM, reads),
                        List.of(lastOf(Subjects.ROUTES_HEAD))),
                both(List.of(inboxes("scheduler")), reads, head),
                true);
    }

    public static Permissions gateway() {
        List<String> told = List.of("berth.routes.>", "berth.shown.>");
        List<String> logs = List.of("berth.logs.>");
        List<String> names = List.of(Subjects.nameOfGateway("*"));
        return new Permissions(
                "gateway",
                both(
                        List.of("berth.gateway.*"),
                        names,
                        replay(Subjects.STATE_STREAM, told),
                        replay(Subjects.LOGS_STREAM, logs)),
                both(List.of(inboxes("gateway")), told, logs, names),
                false);
    }

    public static Permissions agent(String node) {
        String part = AGENT + node;
        return new Permissions(
                part,
                List.of(
                        Subjects.observed(node),
                        "berth.logs." + node + ".>",
                        Subjects.nameOfAgent(node),
                        lastOf(Subjects.desired(node))),
                List.of(inboxes(part), Subjects.desired(node), Subjects.nameOfAgent(node)),
                false);
    }

    /**
     * Those of a service, by the name of its module.
     *
     * @param node an agent's; of no meaning for the others
     */
    public static Permissions of(String module, String node) {
        return switch (module) {
            case "registry-service" -> registry();
            case "scheduler-service" -> scheduler();
            case "api-gateway" -> gateway();
            case "node-agent" -> agent(node);
            default -> throw new IllegalArgumentException(module + " is no part that speaks on the bus");
        };
    }

    /** Where answers to this part come: the beginning of their subjects. */
    public String inbox() {
        return "_INBOX." + part + ".";
    }

    private static String inboxes(String part) {
        return "_INBOX." + part + ".>";
    }

    /** Where the last value of a subject is asked for. */
    public static String lastOf(String subject) {
        return "$JS.API.DIRECT.GET." + Subjects.STATE_STREAM + "." + subject;
    }

    private static List<String> streams() {
        return Stream.of(Subjects.STATE_STREAM, Subjects.LOGS_STREAM)
                .flatMap(stream ->
                        Stream.of("INFO", "CREATE", "UPDATE").map(call -> "$JS.API.STREAM." + call + "." + stream))
                .toList();
    }

    private static List<String> replay(String stream, List<String> filters) {
        return Stream.concat(
                        filters.stream().map(filter -> "$JS.API.CONSUMER.CREATE." + stream + ".*." + filter),
                        Stream.of("$JS.API.CONSUMER.INFO." + stream + ".*", "$JS.FC." + stream + ".>"))
                .toList();
    }

    @SafeVarargs
    private static List<String> both(List<String>... parts) {
        return Stream.of(parts).flatMap(List::stream).toList();
    }
}
