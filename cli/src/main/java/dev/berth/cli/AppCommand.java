package dev.berth.cli;

import dev.berth.client.App;
import dev.berth.client.BerthClient;
import dev.berth.client.Version;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "app",
        mixinStandardHelpOptions = true,
        description = "Apps: list, show, roll back, stop.",
        subcommands = {
            AppCommand.ListApps.class, AppCommand.Show.class, AppCommand.History.class, AppCommand.Why.class,
            AppCommand.Rollback.class, AppCommand.Rollover.class, AppCommand.Stop.class, AppCommand.Logs.class
        })
final class AppCommand {
    private AppCommand() {}

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Every app of the environment.")
    static final class ListApps implements Callable<Integer> {
        @Mixin
        private Connection connection;

        @Mixin
        private Output output;

        @Override
        public Integer call() {
            output.list(connection.client().apps(), "name", "environment", "state", "version", "collectAt");
            return 0;
        }
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "One app: its versions, URLs, containers.")
    static final class Show implements Callable<Integer> {
        @Mixin
        private Connection connection;

        @Mixin
        private Output output;

        @Parameters(paramLabel = "APP")
        private String app;

        @Override
        public Integer call() {
            BerthClient client = connection.client();
            App found = client.show(app);
            if (output.json()) {
                output.json(found);
                return 0;
            }
            output.line(found.name() + " (" + found.environment() + "): "
                    + found.state()
                    + found.version().map(live -> ", v" + live + " is live").orElse(""));
            if (found.collectAt().isPresent()) {
                output.line("stopped by " + found.stoppedBy().orElse("") + "; deploy or rollback revives it until "
                        + found.collectAt().get());
            }
            found.urls().forEach(url -> output.line("  " + url));
            found.reasons().forEach(reason -> output.line("  ! " + reason));
            output.list(client.containers(app), "id", "version", "function", "node", "state", "reason");
            return 0;
        }
    }

    @Command(name = "history", mixinStandardHelpOptions = true, description = "Every version, newest first.")
    static final class History implements Callable<Integer> {
        @Mixin
        private Connection connection;

        @Mixin
        private Output output;

        @Parameters(paramLabel = "APP")
        private String app;

        @Override
        public Integer call() {
            output.list(
                    connection.client().versions(app),
                    "version",
                    "kind",
                    "rollbackOf",
                    "deployedBy",
                    "deployedAt",
                    "tag",
                    "outcome",
                    "reason");
            return 0;
        }
    }

    @Command(name = "why", mixinStandardHelpOptions = true, description = "Why an app is not as it should be.")
    static final class Why implements Callable<Integer> {
        @Mixin
        private Connection connection;

        @Mixin
        private Output output;

        @Parameters(paramLabel = "APP")
        private String app;

        @Override
        public Integer call() {
            App found = connection.client().show(app);
            if (output.json()) {
                output.json(found.reasons());
            } else if (found.reasons().isEmpty()) {
                output.line(app + " is " + found.state() + "; nothing is wrong.");
            } else {
                found.reasons().forEach(output::line);
            }
            return 0;
        }
    }

    @Command(
            name = "rollback",
            mixinStandardHelpOptions = true,
            description = "Make a new version that copies an older " + "one, and wait until it is live.")
    static final class Rollback implements Callable<Integer> {
        @Mixin
        private Connection connection;

        @Mixin
        private Output output;

        @Parameters(index = "0", paramLabel = "APP")
        private String app;

        @Parameters(
                index = "1",
                paramLabel = "VERSION",
                arity = "0..1",
                defaultValue = "0",
                description = "Default: the " + "one that was live before.")
        private int version;

        @Option(names = "--detach", description = "Do not wait for the rollout.")
        private boolean detach;

        @Override
        public Integer call() {
            BerthClient client = connection.client();
            return made(client, app, client.rollback(app, version), detach, output);
        }
    }

    @Command(
            name = "rollover",
            mixinStandardHelpOptions = true,
            description = "Replace every container by a new one of "
                    + "the same spec, as a new version, and wait until it is live.")
    static final class Rollover implements Callable<Integer> {
        @Mixin
        private Connection connection;

        @Mixin
        private Output output;

        @Parameters(paramLabel = "APP")
        private String app;

        @Option(names = "--detach", description = "Do not wait for the rollout.")
        private boolean detach;

        @Override
        public Integer call() {
            BerthClient client = connection.client();
            return made(client, app, client.rollover(app), detach, output);
        }
    }

    private static int made(BerthClient client, String app, Version version, boolean detach, Output output) {
        int number = version.version();
        if (!output.json()) {
            output.line("✓ Created v" + number + " of " + app + " (" + version.kind()
                    + version.rollbackOf().map(of -> " of v" + of).orElse("") + ", by "
                    + version.deployedBy() + ")");
        }
        if (detach) {
            if (output.json()) {
                output.json(version);
            }
            return 0;
        }
        return Rollouts.watch(client, app, number, output);
    }

    @Command(
            name = "stop",
            mixinStandardHelpOptions = true,
            description =
                    "Drain and end all of an app's containers. " + "Its record is kept until the date that is shown.")
    static final class Stop implements Callable<Integer> {
        @Mixin
        private Connection connection;

        @Mixin
        private Output output;

        @Parameters(paramLabel = "APP")
        private String app;

        @Override
        public Integer call() {
            App stopped = connection.client().stop(app);
            output.done(
                    stopped,
                    "✓ Stopped " + app + ": its containers finish what they accepted. Deploy or rollback "
                            + "revives it until "
                            + stopped.collectAt().map(String::valueOf).orElse("its collection") + ".");
            return 0;
        }
    }

    @Command(name = "logs", mixinStandardHelpOptions = true, description = "Output of an app's containers.")
    static final class Logs implements Callable<Integer> {
        @Mixin
        private Connection connection;

        @Mixin
        private Output output;

        @Parameters(paramLabel = "APP")
        private String app;

        @Option(
                names = {"-f", "--follow"},
                description = "Go on as output comes.")
        private boolean follow;

        @Override
        public Integer call() {
            connection.client().logs(app, "", follow, line -> ContainerCommand.show(line, output));
            return 0;
        }
    }
}
