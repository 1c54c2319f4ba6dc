package dev.berth.cli;

import dev.berth.client.BerthClient;
import dev.berth.client.Plan;
import dev.berth.client.SourceBundle;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description = "Say what a deploy would change, and which " + "containers it would cycle. Changes nothing.")
final class PlanCommand implements Callable<Integer> {
    @Mixin
    private Connection connection;

    @Mixin
    private Output output;

    @Mixin
    private ManifestOptions manifest;

    @Override
    public Integer call() throws IOException {
        ManifestOptions.Read read = manifest.read();
        BerthClient client = connection.client();
        try (SourceBundle bundle = read.bundle()) {
            Plan plan = client.plan(
                    read.app(), read.manifest().text(), bundle == null ? "" : bundle.digest(), manifest.options());
            if (output.json()) {
                output.json(plan);
            } else if (plan.identical()) {
                output.line(
                        "Nothing has changed since v" + plan.currentVersion().orElse(0) + ".");
            } else {
                show(plan, bundle);
            }
        }
        return 0;
    }

    private void show(Plan plan, SourceBundle bundle) {
        output.line(plan.app() + ": a deploy would make v" + plan.nextVersion()
                + (bundle == null ? "" : " with " + bundle.files() + " source files"));
        plan.changes().forEach(change -> output.line("  " + change));
        plan.functions().forEach(function -> function.urls().forEach(url -> output.line("  => " + url)));
        List<String> cycles = plan.cycles();
        output.line(cycles.isEmpty() ? "It would cycle no container." : "It would cycle " + cycles.size() + ":");
        cycles.forEach(container -> output.line("  " + container));
    }
}
