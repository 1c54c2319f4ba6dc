package dev.berth.scheduler.fleet;

/** Where a container listens. */
public record Address(String host, int port) {
    @Override
    public String toString() {
        return host + ":" + port;
    }
}
