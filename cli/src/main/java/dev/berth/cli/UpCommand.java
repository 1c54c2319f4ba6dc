package dev.berth.cli;

import dev.berth.cli.local.AotCaches;
import dev.berth.cli.local.Home;
import dev.berth.cli.local.Supervisor;
import dev.berth.client.BerthException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = "Run Berth on this machine, all parts of it, until " + "Ctrl-C or `berth down`.")
final class UpCommand implements Callable<Integer> {
    private static final Set<String> RUNTIMES = Set.of("auto", "process", "docker");
    private static final String READY = "Berth is up";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

    @Mixin
    private Output output;

    @Option(
            names = {"-d", "--detach"},
            description = "In the background; returns when it is ready.")
    private boolean detach;

    @Option(names = "--nodes", defaultValue = "1", description = "How many agents; default ${DEFAULT-VALUE}.")
    private int nodes;

    @Option(
            names = "--gateways",
            defaultValue = "1",
            description = "How many gateways, on ports that follow each other; " + "default ${DEFAULT-VALUE}.")
    private int gateways;

    @Option(
            names = "--port",
            defaultValue = "8080",
            description = "The first gateway's port; default ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--tls-dir",
            paramLabel = "DIR",
            description =
                    "Speak TLS too, with the certificates of this folder: pairs NAME.crt and NAME.key, each for the "
                            + "names that it has in it.")
    private Path tlsDirectory;

    @Option(
            names = "--tls-port",
            defaultValue = "8443",
            description = "The first gateway's port for TLS; default ${DEFAULT-VALUE}.")
    private int tlsPort;

    @Override
    public Integer call() throws IOException {
        if (!RUNTIMES.contains(runtime())) {
            throw new BerthException(
                    422, "BERTH_RUNTIME=" + runtime() + "; it must be auto, process or docker", List.of());
        }
        if (nodes < 1 || nodes > 20 || gateways < 1 || gateways > 10) {
            throw new BerthException(422, "--nodes is 1 to 20, --gateways is 1 to 10", List.of());
        }
        if (tlsDirectory != null && !Files.isDirectory(tlsDirectory)) {
            throw new BerthException(
                    422,
                    "--tls-dir " + tlsDirectory
                            + " is no folder; it must be one with a certificate and its key, NAME.crt "
                            + "(PEM, the server's own first) and NAME.key (PEM)",
                    List.of());
        }
        return detach ? background() : foreground();
    }

    private static String runtime() {
        return System.getenv().getOrDefault("BERTH_RUNTIME", "auto");
    }

    private Optional<Supervisor.Tls> tls() {
        return Optional.ofNullable(tlsDirectory).map(folder -> new Supervisor.Tls(folder.toAbsolutePath(), tlsPort));
    }

    private int foreground() throws IOException {
        Home home = Home.ofEnvironment();
        Supervisor supervisor = new Supervisor(
                home,
                new Supervisor.Options(
                        nodes,
                        gateways,
                        port,
                        tls(),
                        Supervisor.Caches.USED,
                        Map.of(),
                        Optional.ofNullable(System.getenv("BERTH_DATABASE_URL")),
                        System.getenv()),
                this::say);
        CountDownLatch ended = new CountDownLatch(1);
        Thread ending = Thread.ofPlatform().unstarted(() -> {
            try {
                supervisor.stop();
            } catch (IOException fault) {
                say(fault.getMessage());
            }
            ended.countDown();
        });
        try {
            Runtime.getRuntime().addShutdownHook(ending);
            supervisor.claim();
            prepare(home);
            supervisor.start();
            if (!runtime().equals("docker")) {
                Hello.deploy(home, () -> say("deploying examples/hello")).forEach(this::say);
            }
            String secure =
                    tls().map(tls -> " and https://localhost:" + tls.port()).orElse("");
            say(READY + ". API: http://localhost:" + port + secure + "  state: " + home.state());
            ended.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (IOException | BerthException fault) {
            say("failed: " + fault.getMessage());
            return BerthCommand.FAILED;
        }
        return 0;
    }

    /** Where the launcher's build has not: Maven was called by hand, or the JDK is another one since. */
    private void prepare(Home home) {
        try {
            new AotCaches(home.root()).make(Hello::exercise, this::say);
        } catch (IOException | BerthException fault) {
            say("services start without AOT caches: " + fault.getMessage());
        }
    }

    private void say(String what) {
        output.line(TIME.format(LocalTime.now()) + " " + what);
    }

    private int background() throws IOException {
        Home home = Home.ofEnvironment();
        Path log = home.log("up");
        // Appended to, since one that already runs may be writing there.
        long before = Files.exists(log) ? Files.size(log) : 0;
        List<String> command = new ArrayList<>(List.of(
                "setsid",
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-jar",
                home.root().resolve("cli/target/berth-cli.jar").toString(),
                "up",
                "--nodes",
                String.valueOf(nodes),
                "--gateways",
                String.valueOf(gateways),
                "--port",
                String.valueOf(port)));
        tls().ifPresent(tls -> command.addAll(
                List.of("--tls-dir", tls.directory().toString(), "--tls-port", String.valueOf(tls.port()))));
        Process supervisor = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        int shown = 0;
        while (true) {
            boolean alive = supervisor.isAlive();
            List<String> lines = linesAfter(log, before);
            for (; shown < lines.size(); shown++) {
                output.line(lines.get(shown));
                if (lines.get(shown).contains(READY)) {
                    return 0;
                }
            }
            if (!alive) {
                return BerthCommand.FAILED;
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return BerthCommand.FAILED;
            }
        }
    }

    private static List<String> linesAfter(Path log, long position) throws IOException {
        try (InputStream in = Files.newInputStream(log)) {
            in.skipNBytes(position);
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
        }
    }
}
