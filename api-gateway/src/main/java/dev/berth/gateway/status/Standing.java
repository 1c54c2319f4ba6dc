package dev.berth.gateway.status;

import dev.berth.gateway.status.Rollout.Outcome;
import java.util.Optional;

/**
 * How apps and versions that the registry has stand, by what the scheduler showed of them: it hears of each a moment later,
 * and may be away. Nothing that was accepted is ever missing, or called failed, for that.
 *
 * @param shown of the app's name, maybe of its life before this one
 * @param silent whether the scheduler was not heard for a while
 */
public record Standing(Registered app, Optional<AppStatus> shown, boolean silent) {
    public static final String SILENCE = "the scheduler does not answer; apps go on being served";

    /** @param liveByRoutes the version that this gateway's routes call live; 0 for none */
    public AppStatus status(int liveByRoutes) {
        AppStatus known = ofThisLife().orElseGet(() -> AppStatus.unknown(app.name(), app.life()));
        if (!silent) {
            return waits(known) ? known.rolling(app.newest()).because(notBegun(app.newest())) : known;
        }
        AppStatus last = ofThisLife().isPresent() ? known : known.live(liveByRoutes);
        boolean comes = waits(last) && last.live() != app.newest();
        return (comes ? last.rolling(app.newest()) : last).because(SILENCE);
    }

    private Optional<AppStatus> ofThisLife() {
        return shown.filter(status -> status.life().equals(app.life()));
    }

    private boolean waits(AppStatus known) {
        return !app.stopped() && app.newest() > known.begun();
    }

    /** Of a version whose rollout is neither shown nor stored. */
    public Rollout notKnown(VersionName version) {
        boolean current = version.life().equals(app.life());
        int begun = ofThisLife().map(AppStatus::begun).orElse(0);
        if (!current || version.version() < begun) {
            String reason = current ? "overtaken by v" + begun + " before it began" : "the app was collected";
            return Rollout.notBegun(version, Outcome.CANCELLED, reason, "");
        }
        if (app.stopped()) {
            String reason = "the app was stopped by " + app.stoppedBy().get() + " before it began";
            return Rollout.notBegun(version, Outcome.CANCELLED, reason, "");
        }
        String waiting = silent ? SILENCE : notBegun(version.version());
        return Rollout.notBegun(version, Outcome.ROLLING, waiting, waiting);
    }

    /**
     * Where what is stored can't be read: rolling, until told. Routes say what serves here, not whether every gateway does
     * so, which is what live means.
     */
    public static Rollout untold(VersionName version) {
        return Rollout.notBegun(version, Outcome.ROLLING, SILENCE, SILENCE);
    }

    private static String notBegun(int version) {
        return "waiting for the scheduler to begin v" + version;
    }
}
