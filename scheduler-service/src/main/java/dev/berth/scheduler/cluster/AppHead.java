package dev.berth.scheduler.cluster;

import dev.berth.scheduler.fleet.AppId;
import java.util.Optional;

/**
 * What the registry says of an app.
 *
 * @param revision greater for what is newer of one life
 * @param newest the number of its newest version; 0 for none
 * @param stopped who stopped it; empty while it is not stopped
 */
public record AppHead(AppId id, long revision, int newest, Optional<String> stopped) {}
