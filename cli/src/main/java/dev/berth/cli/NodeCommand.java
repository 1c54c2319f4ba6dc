package dev.berth.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "node",
        mixinStandardHelpOptions = true,
        description = "Nodes: the hosts that run containers.",
        subcommands = NodeCommand.ListNodes.class)
final class NodeCommand {
    private NodeCommand() {}

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Every node, with what is free on it.")
    static final class ListNodes implements Callable<Integer> {
        @Mixin
        private Connection connection;

        @Mixin
        private Output output;

        @Override
        public Integer call() {
            output.list(
                    connection.client().nodes(),
                    "name",
                    "state",
                    "cpu",
                    "cpuFree",
                    "memoryBytes",
                    "memoryBytesFree",
                    "containers",
                    "seenAt",
                    "drivers",
                    "conditions");
            return 0;
        }
    }
}
