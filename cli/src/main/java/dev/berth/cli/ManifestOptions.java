package dev.berth.cli;

import dev.berth.client.BerthClient;
import dev.berth.client.BerthException;
import dev.berth.client.ManifestFile;
import dev.berth.client.SourceBundle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Option;

/** Which manifest, and what is said in its place. */
final class ManifestOptions {
    static final long MOST_SOURCE_BYTES = 256L << 20;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            defaultValue = "berth.yaml",
            description = "The manifest; " + "default: ${DEFAULT-VALUE}.")
    private Path file;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "",
            description = "The app's name, in place of the manifest's.")
    private String name;

    @Option(
            names = "--strategy",
            paramLabel = "STRATEGY",
            defaultValue = "",
            description = "rolling, swap or recreate, " + "in place of the manifest's.")
    private String strategy;

    @Option(names = "--tag", paramLabel = "TAG", defaultValue = "", description = "Kept with the version.")
    private String tag;

    @Option(names = "--force", description = "Make a new version even where nothing has changed.")
    private boolean force;

    /** A manifest that was read. */
    record Read(ManifestFile manifest, String app) {
        /** Its packed source; null where it has none. */
        SourceBundle bundle() throws IOException {
            return manifest.source().isPresent()
                    ? SourceBundle.of(manifest.source().get(), MOST_SOURCE_BYTES)
                    : null;
        }
    }

    Read read() throws IOException {
        ManifestFile manifest = ManifestFile.read(file);
        String app = name.isEmpty() ? manifest.app() : name;
        // Without a name there is nothing to post to; the gateway would say the same.
        if (app.isEmpty()) {
            throw new BerthException(
                    422,
                    file + " is not right",
                    List.of(new BerthException.Problem("app", "is missing or no text; name the app")));
        }
        return new Read(manifest, app);
    }

    BerthClient.DeployOptions options() {
        return new BerthClient.DeployOptions(name, strategy, tag, commit(), force);
    }

    /** The commit that is checked out beside the manifest; empty where there is none. */
    private String commit() {
        try {
            Process git = new ProcessBuilder("git", "rev-parse", "HEAD")
                    .directory(file.toAbsolutePath().getParent().toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String commit =
                    new String(git.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8).strip();
            return git.waitFor(2, TimeUnit.SECONDS) && git.exitValue() == 0 ? commit : "";
        } catch (IOException noGit) {
            return "";
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
