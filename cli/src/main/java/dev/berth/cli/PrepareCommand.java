package dev.berth.cli;

import dev.berth.cli.local.AotCaches;
import dev.berth.cli.local.Home;
import dev.berth.client.BerthException;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "prepare",
        hidden = true,
        mixinStandardHelpOptions = true,
        description = "The last step of a build: make " + "the AOT caches with which services start faster.")
final class PrepareCommand implements Callable<Integer> {
    @Mixin
    private Output output;

    @Override
    public Integer call() {
        try {
            new AotCaches(Home.ofEnvironment().root()).make(Hello::exercise, output::line);
            return 0;
        } catch (IOException | BerthException fault) {
            output.line("services will start without AOT caches: " + fault.getMessage());
            return BerthCommand.FAILED;
        }
    }
}
