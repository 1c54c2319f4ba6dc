package dev.berth.cli;

import dev.berth.cli.local.Home;
import dev.berth.client.BerthClient;
import dev.berth.client.ManifestFile;
import dev.berth.client.SourceBundle;
import dev.berth.client.Version;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;

/** The first app of a local Berth: shows that everything works. */
final class Hello {
    private static final int REQUESTS = 300;

    private final Home home;
    private final BerthClient client;

    private Hello(Home home) {
        this.home = home;
        Properties profile = home.profile();
        client = new BerthClient(profile.getProperty("server"), profile.getProperty("token"), "main");
    }

    /** What the services are trained with: a deploy, lists, requests to an app, a stop. */
    static void exercise(Home home) throws IOException {
        Hello hello = new Hello(home);
        hello.await(hello.deploy());
        URL url = URI.create(hello.client.server() + "/-/hello/").toURL();
        for (int i = 0; i < REQUESTS; i++) {
            HttpURLConnection request = (HttpURLConnection) url.openConnection();
            try (InputStream answer = request.getInputStream()) {
                answer.readAllBytes();
            }
        }
        hello.await(hello.client.rollover("hello"));
        hello.client.containers("hello");
        hello.client.nodes();
        hello.client.stop("hello");
    }

    /** @return what to say of it; empty where there is nothing to say */
    static List<String> deploy(Home home, Runnable begins) throws IOException {
        Hello hello = new Hello(home);
        if (!Files.exists(hello.file()) || hello.isThere()) {
            return List.of();
        }
        begins.run();
        Version done = hello.await(hello.deploy());
        return List.of(
                done.outcome().equals("live")
                        ? "hello answers at "
                                + done.functions().getFirst().urls().get(1)
                        : "hello failed: " + done.reason().orElse(""));
    }

    private Path file() {
        return home.root().resolve("examples/hello/berth.yaml");
    }

    private boolean isThere() {
        return Patience.answer(client::apps).stream().anyMatch(app -> app.name().equals("hello"));
    }

    private Version deploy() throws IOException {
        ManifestFile manifest = ManifestFile.read(file());
        try (SourceBundle bundle =
                SourceBundle.of(manifest.source().orElseThrow(), ManifestOptions.MOST_SOURCE_BYTES)) {
            if (!client.hasSource(bundle.digest())) {
                client.uploadSource(bundle.digest(), bundle.file());
            }
            return client.deploy(
                    "hello", manifest.text(), bundle.digest(), new BerthClient.DeployOptions("", "", "", "", false));
        }
    }

    private Version await(Version version) {
        int number = version.version();
        Version done = Patience.answer(() -> client.version("hello", number));
        while (done.rolling()) {
            Patience.pause();
            done = Patience.answer(() -> client.version("hello", number));
        }
        return done;
    }
}
