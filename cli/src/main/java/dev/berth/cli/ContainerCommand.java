package dev.berth.cli;

import dev.berth.client.ApiJson;
import dev.berth.client.BerthClient;
import dev.berth.client.BerthException;
import dev.berth.client.Container;
import dev.berth.client.LogLine;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "container",
        mixinStandardHelpOptions = true,
        description = "Containers: list, logs.",
        subcommands = {ContainerCommand.ListContainers.class, ContainerCommand.Logs.class})
final class ContainerCommand {
    private ContainerCommand() {}

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Containers of the environment, or of one app.")
    static final class ListContainers implements Callable<Integer> {
        @Mixin
        private Connection connection;

        @Mixin
        private Output output;

        @Parameters(paramLabel = "APP", arity = "0..1", defaultValue = "")
        private String app;

        @Override
        public Integer call() {
            output.list(
                    connection.client().containers(app),
                    "id",
                    "app",
                    "version",
                    "function",
                    "node",
                    "state",
                    "startedAt",
                    "reason");
            return 0;
        }
    }

    @Command(name = "logs", mixinStandardHelpOptions = true, description = "Output of one container.")
    static final class Logs implements Callable<Integer> {
        @Mixin
        private Connection connection;

        @Mixin
        private Output output;

        @Parameters(paramLabel = "CONTAINER")
        private String container;

        @Option(
                names = {"-f", "--follow"},
                description = "Go on as output comes.")
        private boolean follow;

        @Override
        public Integer call() {
            BerthClient client = connection.client();
            for (Container one : client.containers("")) {
                if (one.id().equals(container)) {
                    client.logs(one.app(), container, follow, line -> show(line, output));
                    return 0;
                }
            }
            throw new BerthException(
                    404, "there is no container " + container + "; see: berth container list", List.of());
        }
    }

    static void show(LogLine line, Output output) {
        output.line(
                output.json()
                        ? ApiJson.of(line).toString()
                        : line.time() + " v" + line.version() + " " + line.function() + " " + line.container() + " | "
                                + line.text());
    }
}
