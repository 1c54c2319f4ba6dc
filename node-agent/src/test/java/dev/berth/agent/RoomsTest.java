package dev.berth.agent;

import dev.berth.chassis.kit.RoomsContract;
import java.util.List;

class RoomsTest implements RoomsContract {
    @Override
    public String root() {
        return "dev.berth.agent";
    }

    @Override
    public List<String> nouns() {
        return List.of("host", "container");
    }

    /** They keep what they fetch. */
    @Override
    public List<String> exempt() {
        return List.of("client.SourceClient", "client.SpecClient");
    }
}
