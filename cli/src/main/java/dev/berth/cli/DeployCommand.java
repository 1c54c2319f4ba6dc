package dev.berth.cli;

import dev.berth.client.BerthClient;
import dev.berth.client.SourceBundle;
import dev.berth.client.Version;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "deploy",
        mixinStandardHelpOptions = true,
        description = "Make a new version of an app and wait until "
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
            Version version = client.deploy(read.app(), read.manifest().text(), digest, manifest.options());
            int number = version.version();
            if (!version.created().orElse(false)) {
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

    private int identical(BerthClient client, Version version) {
        int number = version.version();
        String outcome = version.outcome();
        String unchanged = "Nothing has changed since v" + number + " (" + outcome
                + "); no new version was made. --force makes one all the same.";
        if (version.rolling() && !detach) {
            if (!output.json()) {
                output.line(unchanged);
            }
            return Rollouts.watch(client, version.app(), number, output);
        }
        output.done(version, unchanged);
        return outcome.equals("failed") || outcome.equals("cancelled") ? BerthCommand.FAILED : 0;
    }

    private void announce(BerthClient client, Version version, SourceBundle bundle) {
        String app = version.app();
        output.line("✓ Created v" + version.version() + " of " + app + " in environment " + version.environment());
        if (bundle != null) {
            output.line("├── Mounted source " + version.source().orElse("") + " (" + bundle.files() + " files, "
                    + bundle.digest().substring(0, 12) + ")");
        }
        for (Version.Function function : version.functions()) {
            output.line("├── Created function " + function.name());
            function.urls().forEach(url -> output.line("│   └── " + url));
        }
        output.line("└── App: " + client.server() + "/v1/environments/" + version.environment() + "/apps/" + app);
    }
}
