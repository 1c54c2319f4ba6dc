package dev.berth.gateway;

import dev.berth.protocol.kit.RoomsContract;
import java.util.List;

class RoomsTest implements RoomsContract {
    @Override
    public String root() {
        return "dev.berth.gateway";
    }

    @Override
    public List<String> nouns() {
        return List.of("routing", "traffic");
    }
}
