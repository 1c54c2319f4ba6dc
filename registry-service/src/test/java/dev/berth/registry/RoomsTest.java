package dev.berth.registry;

import dev.berth.chassis.kit.RoomsContract;
import java.util.List;

class RoomsTest implements RoomsContract {
    @Override
    public String root() {
        return "dev.berth.registry";
    }

    @Override
    public List<String> nouns() {
        return List.of("app", "access");
    }
}
