package dev.berth.gateway.status;

import java.util.Optional;

/**
 * An app as the registry has it.
 *
 * @param life between its creation and its collection: a name that is used again is another app
 * @param newest version
 * @param stoppedBy empty while it is not stopped
 */
public record Registered(AppName name, String life, int newest, Optional<String> stoppedBy) {
    boolean stopped() {
        return stoppedBy.isPresent();
    }
}
