package dev.berth.scheduler.fleet;

/** What an agent says of one container. */
public sealed interface Sighting {

    /** @param reason why it is not ready yet, for people; may be empty */
    record Starting(String reason) implements Sighting {}

    record Ready(Address at) implements Sighting {}

    record Stopping() implements Sighting {}

    record Gone(Ending ending) implements Sighting {}
}
