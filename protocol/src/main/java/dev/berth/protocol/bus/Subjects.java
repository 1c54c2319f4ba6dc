package dev.berth.protocol.bus;

import java.util.List;

/** Every subject of the bus. Names in them are lower-case letters, digits and dashes, so they need no escaping. */
public final class Subjects {
    /** Stream that keeps the last value of each subject, in memory: all of it can be rebuilt. */
    public static final String STATE_STREAM = "BERTH_STATE";
    /** Stream of container output, bounded by bytes and age. */
    public static final String LOGS_STREAM = "BERTH_LOGS";

    /** What the first keeps. */
    public static final List<String> STATE_SUBJECTS = List.of(
            "berth.app.>", "berth.desired.>", "berth.observed.>", "berth.routes.>", "berth.gateway.>", "berth.shown.>");
    /** What the second keeps. */
    public static final List<String> LOGS_SUBJECTS = List.of("berth.logs.>");

    public static final String ROUTES_HEAD = "berth.routes.head";

    /** What the subject of each shown app begins with. */
    public static final String SHOWN_APPS = "berth.shown.app.";
    /** What the subject of each shown node begins with. */
    public static final String SHOWN_NODES = "berth.shown.node.";

    private static final String NAME = "berth.name.";

    private Subjects() {}

    public static String app(String environment, String app) {
        return "berth.app." + environment + "." + app;
    }

    public static String desired(String node) {
        return "berth.desired." + node;
    }

    public static String observed(String node) {
        return "berth.observed." + node;
    }

    public static String routes(String environment, String app) {
        return "berth.routes.app." + environment + "." + app;
    }

    /** What the scheduler shows of an app. */
    public static String shownApp(String environment, String app) {
        return SHOWN_APPS + environment + "." + app;
    }

    /** What the scheduler shows of a node. */
    public static String shownNode(String node) {
        return SHOWN_NODES + node;
    }

    public static String gateway(String gateway) {
        return "berth.gateway." + gateway;
    }

    /** Where agents of this node's name hear of each other. */
    public static String nameOfAgent(String node) {
        return NAME + "agent." + node;
    }

    /** Where gateways of this name hear of each other. */
    public static String nameOfGateway(String gateway) {
        return NAME + "gateway." + gateway;
    }

    /** Of a container; the node is in it, so that an agent can be kept to its own. */
    public static String logs(String node, String environment, String app, String container) {
        return "berth.logs." + node + "." + environment + "." + app + "." + container;
    }

    /** Filter for the logs of one container, on whichever node it is. */
    public static String logs(String environment, String app, String container) {
        return logs("*", environment, app, container);
    }

    /** Filter for the logs of every container of one app. */
    public static String logsOf(String environment, String app) {
        return "berth.logs.*." + environment + "." + app + ".>";
    }

    /** The stream that stores what a filter names. */
    public static String streamOf(String filter) {
        return filter.startsWith("berth.logs.") ? LOGS_STREAM : STATE_STREAM;
    }

    /** Whether a subject is one that a filter names. */
    public static boolean matches(String filter, String subject) {
        String[] wanted = filter.split("\\.", -1);
        String[] given = subject.split("\\.", -1);
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].equals(">")) {
                return given.length > i;
            }
            if (i >= given.length || !wanted[i].equals("*") && !wanted[i].equals(given[i])) {
                return false;
            }
        }
        return wanted.length == given.length;
    }
}
