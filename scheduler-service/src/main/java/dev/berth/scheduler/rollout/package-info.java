/**
 * What to do next for one app. Pure. The seven steps of a cutover and where each is decided:
 * <ol>
 * <li>A newer version is known: {@code RolloutReconciler.followTheRegistry} begins its rollout.
 * <li>Containers are planned, as many as are wanted: {@code bringUp}; placed by {@code placement.Placer}. Where the older
 * ones have to go first, what these need is had before that: {@code toBeFetched}.
 * <li>One that fails, or is not ready or confirmed in time, fails the rollout: {@code failure}; what serves goes on.
 * <li>All ready: {@code advanceStart} asks for the cutover; it is committed, then routes are published.
 * <li>Gateways swap and report; when all that live have applied the routes, the version is live: {@code advanceRollout}.
 * <li>Older containers drain ({@code drainWhatIsNotWanted}) and stop when no gateway has anything in flight on them, or
 * their deadline is over: {@code stopWhatIsDrained}.
 * <li>What gateways counted is added up in the {@code Receipt}.
 * </ol>
 */
package dev.berth.scheduler.rollout;
