package dev.berth.gateway.control;

import dev.berth.protocol.v1.App;
import dev.berth.protocol.v1.AppStatus;
import dev.berth.protocol.v1.Outcome;
import dev.berth.protocol.v1.Rollout;
import dev.berth.protocol.v1.Version;

/**
 * What can be said of apps and versions that the registry has, by what the scheduler told of them: it hears of each a moment
 * later, and may be away. Nothing that was accepted is ever missing, or called failed, for that.
 */
final class Told {
    static final String SILENCE = "the scheduler does not answer; apps go on being served";

    private Told() {}

    /** @param told of the app's name, maybe of its life before this one */
    static AppStatus status(App app, AppStatus told) {
        AppStatus ofThisLife = told.getLife().equals(app.getLife())
                ? told
                : AppStatus.newBuilder()
                        .setEnvironment(app.getEnvironment())
                        .setApp(app.getName())
                        .setLife(app.getLife())
                        .build();
        return app.getStopped() || app.getNewestVersion() <= ofThisLife.getBegunVersion()
                ? ofThisLife
                : ofThisLife.toBuilder()
                        .setRollingVersion(app.getNewestVersion())
                        .addReasons(notBegun(app.getNewestVersion()))
                        .build();
    }

    /**
     * Where the scheduler does not answer.
     *
     * @param live by the routes that this gateway has; 0 for none
     */
    static AppStatus untold(App app, int live) {
        AppStatus.Builder status = AppStatus.newBuilder()
                .setEnvironment(app.getEnvironment())
                .setApp(app.getName())
                .setLife(app.getLife())
                .setLiveVersion(live)
                .addReasons(SILENCE);
        return app.getStopped() || live == app.getNewestVersion()
                ? status.build()
                : status.setRollingVersion(app.getNewestVersion()).build();
    }

    /** Whether this rollout is of this version, and not of an app of the same name before. */
    static boolean isOf(Rollout rollout, Version version) {
        return rollout.getStartedAt() > 0 && rollout.getLife().equals(version.getLife());
    }

    /** Of a version whose rollout the scheduler does not know. */
    static Rollout rollout(Version version, App app, AppStatus told) {
        int begun = told.getLife().equals(app.getLife()) ? told.getBegunVersion() : 0;
        boolean ofThisLife = version.getLife().equals(app.getLife());
        Rollout.Builder rollout = of(version);
        if (!ofThisLife || version.getVersion() < begun) {
            return rollout.setOutcome(Outcome.ROLLOUT_CANCELLED)
                    .setReason(ofThisLife ? "overtaken by v" + begun + " before it began" : "the app was collected")
                    .build();
        }
        return app.getStopped()
                ? rollout.setOutcome(Outcome.ROLLOUT_CANCELLED)
                        .setReason("the app was stopped by " + app.getStoppedBy() + " before it began")
                        .build()
                : rollout.setProgress(notBegun(version.getVersion()))
                        .setReason(notBegun(version.getVersion()))
                        .build();
    }

    /**
     * Where the scheduler does not answer: rolling, until told. Routes say what serves here, not whether every gateway does
     * so, which is what live means.
     */
    static Rollout untold(Version version) {
        return of(version).setProgress(SILENCE).setReason(SILENCE).build();
    }

    private static Rollout.Builder of(Version version) {
        return Rollout.newBuilder()
                .setEnvironment(version.getEnvironment())
                .setApp(version.getApp())
                .setVersion(version.getVersion())
                .setLife(version.getLife());
    }

    private static String notBegun(int version) {
        return "waiting for the scheduler to begin v" + version;
    }
}
