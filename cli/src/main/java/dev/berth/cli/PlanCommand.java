package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.client.BerthClient;
import dev.berth.client.SourceBundle;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "plan", mixinStandardHelpOptions = true, description = "Say what a deploy would change, and which "
        + "containers it would cycle. Changes nothing.")
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
            JsonNode plan = client.plan(read.app(), read.manifest().text(), bundle == null ? "" : bundle.digest(),
                    manifest.options());
            if (output.json()) {
                output.json(plan);
            } else if (plan.path("identical").asBoolean()) {
                output.line("Nothing has changed since v" + plan.path("currentVersion").asInt() + ".");
            } else {
                show(plan, bundle);
            }
        }
        return 0;
    }

    private void show(JsonNode plan, SourceBundle bundle) {
        output.line(plan.path("app").asText() + ": a deploy would make v" + plan.path("nextVersion").asInt()
                + (bundle == null ? "" : " with " + bundle.files() + " source files"));
        plan.path("changes").forEach(change -> output.line("  " + change.asText()));
        plan.path("functions")
                .forEach(function -> function.path("urls").forEach(url -> output.line("  => " + url.asText())));
        JsonNode cycles = plan.path("cycles");
        output.line(cycles.isEmpty() ? "It would cycle no container." : "It would cycle " + cycles.size() + ":");
        cycles.forEach(container -> output.line("  " + container.asText()));
    }
}
