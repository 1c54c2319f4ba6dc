package dev.berth.cli;

import dev.berth.client.BerthException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command. Exit 0: done; 1: failed; 2: wrong use or a bad manifest. */
@Command(
        name = "berth",
        version = "berth 0.1.0",
        mixinStandardHelpOptions = true,
        description = "Versioned app " + "deployments on your own GPU hosts.",
        subcommands = {
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            PrepareCommand.class,
            PlanCommand.class,
            DeployCommand.class,
            AppCommand.class,
            ContainerCommand.class,
            NodeCommand.class,
            TokenCommand.class,
            EnvironmentCommand.class
        })
public final class BerthCommand {
    static final int FAILED = 1;
    static final int WRONG_USE = 2;

    private BerthCommand() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        CommandLine line = new CommandLine(new BerthCommand());
        line.setExecutionStrategy(parsed -> {
            CommandLine.ParseResult last = parsed;
            while (last.hasSubcommand()) {
                last = last.subcommand();
            }
            if (last.commandSpec().userObject() instanceof Runnable
                    || last.commandSpec().userObject() instanceof java.util.concurrent.Callable
                    || last.isUsageHelpRequested()
                    || last.isVersionHelpRequested()) {
                return new CommandLine.RunLast().execute(parsed);
            }
            last.commandSpec()
                    .commandLine()
                    .usage(last.commandSpec().commandLine().getErr());
            return WRONG_USE;
        });
        line.setExecutionExceptionHandler((fault, command, parsed) -> explain(fault, command.getErr()));
        return line.execute(arguments);
    }

    private static int explain(Exception fault, PrintWriter err) throws Exception {
        switch (fault) {
            case BerthException refusal -> {
                if (refusal.problems().isEmpty()) {
                    err.println("berth: " + refusal.getMessage());
                } else {
                    err.println("berth: the manifest is not right:");
                    refusal.problems().forEach(problem -> err.println("  " + problem));
                }
                return refusal.status() == 400 || refusal.status() == 422 ? WRONG_USE : FAILED;
            }
            case IOException io -> {
                err.println("berth: " + io.getMessage());
                return FAILED;
            }
            case UncheckedIOException io -> {
                err.println("berth: " + io.getMessage());
                return FAILED;
            }
            default -> throw fault;
        }
    }
}
