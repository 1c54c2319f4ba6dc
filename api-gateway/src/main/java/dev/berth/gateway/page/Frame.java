package dev.berth.gateway.page;

import dev.berth.gateway.control.Statuses;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Optional;

/**
 * What every page has around it.
 *
 * @param here the entry of the menu that it belongs to
 * @param topics what it shows, by {@link Topics}, with spaces between them: it is loaded again when one of these changes
 * @param silentSince since when the scheduler has not been heard; null while it is
 */
public record Frame(String title, String here, String topics, String user, String csrf, Instant silentSince) {

    /** Makes them for the present request. */
    @ApplicationScoped
    static class Maker {
        private final Viewer viewer;
        private final Statuses statuses;

        Maker(Viewer viewer, Statuses statuses) {
            this.viewer = viewer;
            this.statuses = statuses;
        }

        Frame frame(String title, String here, String topics) {
            Optional<Instant> silent = statuses.silentSince();
            return new Frame(title, here, topics, viewer.user(), viewer.csrf(), silent.orElse(null));
        }
    }
}
