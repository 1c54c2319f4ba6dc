package dev.berth.agent.control;

import dev.berth.agent.store.StateLock;
import dev.berth.chassis.start.Refusal;
import dev.berth.chassis.start.UnfitSettingException;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;

/** Keeps the state folder for this agent, before it touches what is in it. */
@ApplicationScoped
class OneAgent {
    private static final int BEFORE_THE_BUS = Interceptor.Priority.LIBRARY_BEFORE - 100;

    private final AgentConfig config;
    private StateLock held;

    OneAgent(AgentConfig config) {
        this.config = config;
    }

    void start(@Observes @Priority(BEFORE_THE_BUS) StartupEvent event) {
        Optional<StateLock> taken = take();
        if (taken.isEmpty()) {
            throw Refusal.atStart("another agent (" + StateLock.holder(config.state()) + ") works in "
                    + config.state().toAbsolutePath()
                    + ": end it, or give this one a name and a folder of its own with "
                    + "BERTH_NODE_NAME and BERTH_NODE_STATE");
        }
        held = taken.get();
    }

    private Optional<StateLock> take() {
        try {
            Files.createDirectories(config.state());
            return StateLock.take(config.state());
        } catch (IOException refused) {
            throw new UnfitSettingException(
                    "berth.node.state", "must be a folder that this agent may make and write in", refused);
        }
    }

    @PreDestroy
    void end() throws IOException {
        if (held != null) {
            held.close();
        }
    }
}
