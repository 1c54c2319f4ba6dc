package dev.berth.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "environment",
        mixinStandardHelpOptions = true,
        description = "Environments: namespaces of apps.",
        subcommands = {
            EnvironmentCommand.Create.class,
            EnvironmentCommand.ListEnvironments.class,
            EnvironmentCommand.Delete.class
        })
final class EnvironmentCommand {
    private EnvironmentCommand() {}

    @Command(name = "create", mixinStandardHelpOptions = true, description = "A new environment.")
    static final class Create implements Callable<Integer> {
        @Mixin
        private Connection connection;

        @Mixin
        private Output output;

        @Parameters(paramLabel = "NAME")
        private String name;

        @Override
        public Integer call() {
            output.done(connection.client().createEnvironment(name), "✓ Created environment " + name);
            return 0;
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Every environment.")
    static final class ListEnvironments implements Callable<Integer> {
        @Mixin
        private Connection connection;

        @Mixin
        private Output output;

        @Override
        public Integer call() {
            output.list(connection.client().environmentList(), "name", "createdAt");
            return 0;
        }
    }

    @Command(name = "delete", mixinStandardHelpOptions = true, description = "Delete an environment without apps.")
    static final class Delete implements Callable<Integer> {
        @Mixin
        private Connection connection;

        @Mixin
        private Output output;

        @Parameters(paramLabel = "NAME")
        private String name;

        @Override
        public Integer call() {
            connection.client().deleteEnvironment(name);
            if (!output.json()) {
                output.line("✓ Deleted environment " + name);
            }
            return 0;
        }
    }
}
