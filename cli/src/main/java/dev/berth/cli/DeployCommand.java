package dev.berth.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.client.BerthClient;
import dev.berth.client.SourceBundle;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "deploy", mixinStandardHelpOptions = true, description = "Make a new version of an app and wait until "
        + "it is live. Exits 1, with the reason, where its rollout fails; what served before goes on serving.")
final class DeployCommand implements Callable<Integer> {
    @Mixin
    private Connection connection;
    @Mixin
    private Output output;
    @Mixin
    private ManifestOptions manifest;
    @Option(names = "--detach", description = "Do not wait for the rollout.")
    private boolean detach;

    @Override
    public Integer call() throws IOException {
        // What is wrong with the manifest is said first: it takes no gateway and no token to see it.
        ManifestOptions.Read read = manifest.read();
        BerthClient client = connection.client();
        try (SourceBundle bundle = read.bundle()) {
            String digest = bundle == null ? "" : bundle.digest();
            if (bundle != null && !client.hasSource(bundle.digest())) {
                client.uploadSource(bundle.digest(), bundle.file());
            }
            JsonNode version = client.deploy(read.app(), read.manifest().text(), digest, manifest.options());
            int number = version.path("version").asInt();
            if (!version.path("created").asBoolean()) {
                return identical(client, version);
            }
            if (!output.json()) {
                announce(client, version, bundle);
            }
            if (detach) {
                output.done(version, "v" + number + " is rolling out; see: berth app show " + read.app());
                return 0;
            }
            return Rollouts.watch(client, read.app(), number, output);
        }
    }

    private int identical(BerthClient client, JsonNode version) {
        int number = version.path("version").asInt();
        String outcome = version.path("outcome").asText();
        String unchanged = "Nothing has changed since v" + number + " (" + outcome
                + "); no new version was made. --force makes one all the same.";
        if (outcome.equals("rolling") && !detach) {
            if (!output.json()) {
                output.line(unchanged);
            }
            return Rollouts.watch(client, version.path("app").asText(), number, output);
        }
        output.done(version, unchanged);
        return outcome.equals("failed") || outcome.equals("cancelled") ? BerthCommand.FAILED : 0;
    }

    private void announce(BerthClient client, JsonNode version, SourceBundle bundle) {
        String app = version.path("app").asText();
        output.line("✓ Created v" + version.path("version").asInt() + " of " + app + " in environment "
                + version.path("environment").asText());
        if (bundle != null) {
            output.line("├── Mounted source " + version.path("source").asText() + " (" + bundle.files() + " files, "
                    + bundle.digest().substring(0, 12) + ")");
        }
        for (JsonNode function : version.path("functions")) {
            output.line("├── Created function " + function.path("name").asText());
            function.path("urls").forEach(url -> output.line("│   └── " + url.asText()));
        }
        output.line("└── App: " + client.server() + "/v1/environments/" + version.path("environment").asText()
                + "/apps/" + app);
    }
}
