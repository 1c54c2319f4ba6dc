package dev.berth.scheduler;

import dev.berth.chassis.kit.RoomsContract;
import java.util.List;

class RoomsTest implements RoomsContract {
    @Override
    public String root() {
        return "dev.berth.scheduler";
    }

    @Override
    public List<String> nouns() {
        return List.of("fleet", "placement", "rollout", "cluster");
    }
}
