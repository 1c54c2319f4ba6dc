package dev.berth.agent.runtime;

import dev.berth.agent.container.Address;
import dev.berth.agent.container.ContainerRef;
import dev.berth.agent.container.ContainerSpec;
import dev.berth.agent.container.Exit;
import dev.berth.agent.container.KeptPlaces;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs containers that outlive the agent. Every method may block on the disk or the engine; none waits for a
 * container to do something. Those of different containers may be called at once. {@code ContainerRuntimeContract} holds for every implementation.
 */
public interface ContainerRuntime {
    /**
     * A container that this runtime knows, from this start of the agent or an earlier one.
     *
     * @param address {@link Address#NONE} where it is lost
     */
    record Known(String id, Address address) {}

    /**
     * What is to be started.
     *
     * @param port where it is to listen; 0 for any free one
     * @param kept places that are not free, though nobody listens there
     * @param source its unpacked source; empty where it has none
     */
    record Launch(ContainerRef ref, ContainerSpec spec, int port, KeptPlaces kept, Optional<Path> source) {}

    /**
     * Tells of each container that it has ended, from whatever thread: soon after its end, and perhaps more than once.
     * Called once, before anything is started; who was started earlier is watched too.
     */
    void watch(Consumer<String> ended) throws IOException;

    /** Every container that was started and not removed. */
    List<Known> list() throws IOException;

    /**
     * Starts a container.
     *
     * @return where it is reached
     * @throws IOException where it could not be started; nothing is left of it then but its output
     */
    Address start(Launch launch) throws IOException;

    /** How it ended; empty while it runs. Unknown ids have ended; of what can't be read the status is lost. */
    Optional<Exit> exit(String id) throws IOException;

    /**
     * Where it listens, and who else does.
     *
     * @param stranger who answers where gateways would reach the container, and is not of it, in words; empty where
     *        nobody does, or where that can't be told
     * @param elsewhere other addresses that it listens on
     */
    record Listening(Optional<String> stranger, List<String> elsewhere) {
        public Listening {
            elsewhere = List.copyOf(elsewhere);
        }
    }

    Listening listening(String id) throws IOException;

    /** Asks all of it to end (SIGTERM). */
    void terminate(String id) throws IOException;

    /** Ends all of it (SIGKILL). */
    void kill(String id) throws IOException;

    /** Its output so far, as a file that grows and is now and then begun anew. */
    Path output(String id);

    /** Ends what is left of it and forgets it. */
    void remove(String id) throws IOException;
}
