package dev.berth.scheduler.rollout;

import java.time.Instant;
import java.util.Optional;

/** The steps from one version to the next. */
public record Rollout(int version, Instant startedAt, Step step, Receipt receipt) {

    public static Rollout begun(int version, Instant now) {
        return new Rollout(version, now, new Step.Starting(), Receipt.EMPTY);
    }

    /** The rollout of a version that was overtaken before it began. */
    public static Rollout skipped(int version, String reason, Instant now) {
        return new Rollout(version, now, new Step.Cancelled(reason), Receipt.EMPTY.completed());
    }

    public Rollout with(Receipt numbers) {
        return new Rollout(version, startedAt, step, numbers);
    }

    public Rollout cutOver(Instant now) {
        return to(
                switch (step) {
                    case Step.Starting starting -> starting.cutOver(now);
                    case Step.CuttingOver done -> throw impossible("cut over");
                    case Step.Live done -> throw impossible("cut over");
                    case Step.Superseded over -> throw impossible("cut over");
                    case Step.Failed over -> throw impossible("cut over");
                    case Step.Cancelled over -> throw impossible("cut over");
                });
    }

    /** Notes the sequence of the routes that switch, unless it is noted already or there is nothing to switch. */
    public Rollout published(long sequence) {
        return step instanceof Step.CuttingOver cuttingOver
                        && cuttingOver.sequence().isEmpty()
                ? to(cuttingOver.published(sequence))
                : this;
    }

    public Rollout live(Instant now) {
        return to(
                switch (step) {
                    case Step.CuttingOver cuttingOver -> cuttingOver.live(now);
                    case Step.Starting early -> throw impossible("go live");
                    case Step.Live done -> throw impossible("go live");
                    case Step.Superseded over -> throw impossible("go live");
                    case Step.Failed over -> throw impossible("go live");
                    case Step.Cancelled over -> throw impossible("go live");
                });
    }

    /** Another version serves now, or none. */
    public Rollout superseded(String why) {
        return to(
                switch (step) {
                    case Step.CuttingOver cuttingOver -> cuttingOver.superseded(why);
                    case Step.Live live -> live.superseded(why);
                    case Step.Starting early -> throw impossible("be superseded");
                    case Step.Superseded over -> throw impossible("be superseded");
                    case Step.Failed over -> throw impossible("be superseded");
                    case Step.Cancelled over -> throw impossible("be superseded");
                });
    }

    public Rollout failed(String why) {
        return to(starting("fail").fail(why));
    }

    public Rollout cancelled(String why) {
        return to(starting("be cancelled").cancel(why));
    }

    private Step.Starting starting(String what) {
        if (step instanceof Step.Starting starting) {
            return starting;
        }
        throw impossible(what);
    }

    private Rollout to(Step next) {
        return new Rollout(version, startedAt, next, receipt);
    }

    private IllegalStateException impossible(String what) {
        return new IllegalStateException("the rollout of v" + version + " can't " + what + ": it is " + step);
    }

    /** When it was decided that the routes switch; empty where they never did. */
    public Optional<Instant> cutAt() {
        return switch (step) {
            case Step.CuttingOver cuttingOver -> Optional.of(cuttingOver.at());
            case Step.Live live -> Optional.of(live.cutAt());
            case Step.Superseded over -> Optional.of(over.cutAt());
            case Step.Starting early -> Optional.empty();
            case Step.Failed over -> Optional.empty();
            case Step.Cancelled over -> Optional.empty();
        };
    }

    /** When every live gateway had switched to it; empty where that never was. */
    public Optional<Instant> liveSince() {
        return switch (step) {
            case Step.Live live -> Optional.of(live.since());
            case Step.Superseded over -> over.liveSince();
            case Step.CuttingOver early -> Optional.empty();
            case Step.Starting early -> Optional.empty();
            case Step.Failed over -> Optional.empty();
            case Step.Cancelled over -> Optional.empty();
        };
    }

    /** Why it ended as it did, for people; empty where there is nothing to explain. */
    public String reason() {
        return switch (step) {
            case Step.Superseded over -> over.reason();
            case Step.Failed failed -> failed.reason();
            case Step.Cancelled cancelled -> cancelled.reason();
            case Step.Starting fine -> "";
            case Step.CuttingOver fine -> "";
            case Step.Live fine -> "";
        };
    }
}
