package dev.berth.agent.container;

/** Which container: its own name, and whose it is. All but the id is empty where this host has lost it. */
public record ContainerRef(String id, String environment, String app, int version, String function) {
    /** One of which only the id is known. */
    public static ContainerRef of(String id) {
        return new ContainerRef(id, "", "", 0, "");
    }
}
