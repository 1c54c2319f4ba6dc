package dev.berth.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.cli.local.Home;
import dev.berth.cli.local.Status;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "The parts of Berth that `up` runs on this "
                + "machine: ready, starting, or ended and about to be started again.")
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private Output output;

    @Override
    public Integer call() throws IOException {
        List<Status> parts = Status.of(Home.ofEnvironment());
        if (parts.isEmpty() && !output.json()) {
            output.line("Berth is not running here; start it with: berth up");
            return 0;
        }
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (Status part : parts) {
            ObjectNode one = array.addObject().put("name", part.name());
            part.pid().ifPresentOrElse(pid -> one.put("pid", pid), () -> one.putNull("pid"));
            one.put("port", part.port()).put("state", part.state().toString());
        }
        output.list(array, "name", "pid", "port", "state");
        return 0;
    }
}
