package dev.berth.gateway.status;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How an app is.
 *
 * @param life as {@link Registered}'s; empty where the scheduler does not know the app
 * @param live the version that serves; 0 for none
 * @param rolling the version that is on its way; 0 for none
 * @param begun the newest version whose rollout has begun; 0 for none
 * @param reasons why something is not as it should be
 * @param rollouts by version, those that still matter
 */
public record AppStatus(
        AppName app,
        String life,
        int live,
        int rolling,
        int begun,
        List<String> reasons,
        Map<Integer, Rollout> rollouts) {

    static AppStatus unknown(AppName app, String life) {
        return new AppStatus(app, life, 0, 0, 0, List.of(), Map.of());
    }

    AppStatus live(int version) {
        return new AppStatus(app, life, version, rolling, begun, reasons, rollouts);
    }

    AppStatus rolling(int version) {
        return new AppStatus(app, life, live, version, begun, reasons, rollouts);
    }

    AppStatus because(String reason) {
        List<String> more = new ArrayList<>(reasons);
        more.add(reason);
        return new AppStatus(app, life, live, rolling, begun, List.copyOf(more), rollouts);
    }
}
