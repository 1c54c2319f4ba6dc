package dev.berth.cli;

import dev.berth.cli.local.Down;
import dev.berth.cli.local.Home;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "down",
        mixinStandardHelpOptions = true,
        description = "End every process that `berth up` started. What " + "is stored stays.")
final class DownCommand implements Callable<Integer> {
    @Mixin
    private Output output;

    @Override
    public Integer call() throws IOException {
        output.line(Down.end(Home.ofEnvironment()) ? "Berth is down." : "Berth was not running here.");
        return 0;
    }
}
