package dev.berth.protocol.metric;

import java.util.List;

/**
 * A metric of Berth's own at {@code /q/metrics}. Its name and labels are a contract. Never is a container, a path or a user
 * a label: their number has no bound.
 */
public enum Metric {
    REQUESTS(
            Type.COUNTER,
            "berth_gateway_requests_total",
            "Requests for an app's function that were answered: by the app, or by the gateway in its place",
            "environment",
            "app",
            "function",
            "version",
            "code_class",
            "by"),
    REQUEST_DURATION(
            Type.HISTOGRAM,
            "berth_gateway_request_duration_seconds",
            "From a request's head to the end of its answer; of a WebSocket to its begin",
            "environment",
            "app",
            "function",
            "version"),
    UNFINISHED(
            Type.COUNTER,
            "berth_gateway_unfinished_requests_total",
            "Requests whose answer is not whole: abandoned by the client, cut by the gateway, dropped by the container",
            "environment",
            "app",
            "function",
            "version",
            "how"),
    IN_FLIGHT(
            Type.GAUGE,
            "berth_gateway_in_flight_requests",
            "Requests and WebSockets that a container has now",
            "environment",
            "app",
            "function",
            "version"),
    PARKED(
            Type.GAUGE,
            "berth_gateway_parked_requests",
            "Requests that wait for a container now",
            "environment",
            "app",
            "function"),
    PARKED_OLDEST(
            Type.GAUGE,
            "berth_gateway_parked_oldest_seconds",
            "How long the one that waits longest has waited; 0 where none does",
            "environment",
            "app",
            "function"),
    REFUSED(
            Type.COUNTER,
            "berth_gateway_refused_total",
            "Answers that the gateway made itself, be it for a function or for none, by the word that Berth-Error says",
            "reason"),
    LEADER(Type.GAUGE, "berth_leader", "1 in the scheduler that leads, 0 in a standby"),
    NODE_UP(Type.GAUGE, "berth_node_up", "1 for a node that can be counted on, 0 for a lost one", "node"),
    CONTAINERS(Type.GAUGE, "berth_containers", "Containers of the cluster by their state", "state"),
    ROLLOUTS(Type.COUNTER, "berth_rollouts_total", "Rollouts that ended, by their outcome", "outcome"),
    ROLLOUT_STEP(
            Type.HISTOGRAM,
            "berth_rollout_step_seconds",
            "What a step of a rollout took: starting, cutting-over, draining",
            "step"),
    DEPLOYS(Type.COUNTER, "berth_registry_deploys_total", "Versions that were made, by how", "kind"),
    OUTBOX_LAG(
            Type.GAUGE,
            "berth_registry_outbox_lag_seconds",
            "How long the oldest event that is not sent has waited, as this registry saw it; 0 where none waits");

    /** As Prometheus has them. */
    public enum Type {
        COUNTER,
        GAUGE,
        HISTOGRAM
    }

    public final Type type;
    /** As it is at {@code /q/metrics}; a histogram's stand with _bucket, _sum and _count. */
    public final String text;

    public final String help;
    public final List<String> labels;

    Metric(Type type, String text, String help, String... labels) {
        this.type = type;
        this.text = text;
        this.help = help;
        this.labels = List.of(labels);
    }
}
