package dev.berth.protocol.key;

import java.util.Map;
import java.util.Set;

/** Which part may call what: a call that is not in this table is refused to everybody. */
public final class Calls {
    private static final String REGISTRY = "berth.v1.Registry";
    private static final String SCHEDULER = "berth.v1.Scheduler";

    private static final Map<String, Set<String>> OF_GATEWAYS = Map.of(
            REGISTRY,
            Set.of(
                    "Deploy",
                    "Plan",
                    "Rollback",
                    "Rollover",
                    "StopApp",
                    "GetApp",
                    "ListApps",
                    "ListVersions",
                    "GetVersion",
                    "ListEnvironments",
                    "CreateEnvironment",
                    "DeleteEnvironment",
                    "FindSource",
                    "PutSourceChunk",
                    "CompleteSource",
                    "DropSource",
                    "Authenticate",
                    "CreateToken",
                    "ListTokens",
                    "RevokeToken"),
            SCHEDULER,
            Set.of("ListRollouts", "GetRoutes"));
    private static final Map<String, Set<String>> OF_SCHEDULERS =
            Map.of(REGISTRY, Set.of("GetApp", "ListAllApps", "ListVersions", "GetVersion", "ReportLive"));
    private static final Map<String, Set<String>> OF_AGENTS =
            Map.of(REGISTRY, Set.of("FindSource", "GetSourceChunk", "GetContainerSpec"));

    private Calls() {}

    /**
     * @param part as its permissions on the bus name it
     * @param service as the wire names it: {@code berth.v1.Registry}
     * @param call as the wire names it: {@code Deploy}
     */
    public static boolean may(String part, String service, String call) {
        return of(part).getOrDefault(service, Set.of()).contains(call);
    }

    private static Map<String, Set<String>> of(String part) {
        return switch (part) {
            case "gateway" -> OF_GATEWAYS;
            case "scheduler" -> OF_SCHEDULERS;
            case String agent when agent.startsWith("agent-") -> OF_AGENTS;
            default -> Map.of();
        };
    }
}
