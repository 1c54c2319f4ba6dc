package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.cli.local.Home;
import dev.berth.client.BerthClient;
import dev.berth.client.Container;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher, as a user types it, in a home of its own. */
class UpIT {
    private static final Path ROOT =
            Path.of(System.getProperty("berth.root", "..")).toAbsolutePath().normalize();
    private static final Home HOME = new Home(ROOT.resolve("e2e/target/up"), ROOT);
    private static final Path SAID = ROOT.resolve("e2e/target/up.txt");
    private int port;

    @BeforeAll
    static void prepare() throws IOException {
        LocalBerth.prepare();
    }

    @BeforeEach
    void startAnew() throws IOException {
        LocalBerth.delete(HOME.state());
        port = LocalBerth.freePorts(1);
    }

    @AfterEach
    void leaveNoProcess() throws Exception {
        assertThat(type(ROOT.resolve("e2e/target/down.txt"), "down").waitFor()).isZero();
        assertThat(processes()).isEmpty();
    }

    private static Process type(Path said, String... arguments) throws IOException {
        return builder(said, arguments).start();
    }

    private static ProcessBuilder builder(Path said, String... arguments) {
        // As a terminal would start it: a shell's background job, such as this test may be, is deaf to SIGINT.
        List<String> command = new ArrayList<>(
                List.of("env", "--default-signal=INT", ROOT.resolve("berth").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
        builder.environment().put("BERTH_HOME", HOME.state().toString());
        builder.environment().put("DOCKER_HOST", "unix://" + LocalBerth.ENGINE);
        return builder;
    }

    private Process up() throws IOException {
        return type(SAID, "up", "--port", String.valueOf(port));
    }

    private static void awaitSaid(Process process, String what) {
        LocalBerth.await(what, Duration.ofSeconds(120), () -> {
            String said = Files.readString(SAID);
            assertThat(process.isAlive() || said.contains(what)).as(said).isTrue();
            return said.contains(what);
        });
    }

    /** Everything that runs for this home: it is named in the environment or the command line of each. */
    private static List<String> processes() {
        return ProcessHandle.allProcesses()
                .filter(process -> named(process, "environ") || named(process, "cmdline"))
                .map(process ->
                        process.pid() + " " + process.info().commandLine().orElse(""))
                .toList();
    }

    private static boolean named(ProcessHandle process, String file) {
        try {
            String all = Files.readString(Path.of("/proc/" + process.pid(), file), StandardCharsets.ISO_8859_1);
            return all.contains(HOME.state() + "/") || all.contains("BERTH_HOME=" + HOME.state());
        } catch (IOException gone) {
            return false;
        }
    }

    private static BerthClient client() {
        Properties profile = HOME.profile();
        return new BerthClient(profile.getProperty("server"), profile.getProperty("token"), "main");
    }

    private static List<String> containers() {
        return client().containers("hello").stream().map(Container::id).toList();
    }

    private static void interrupt(Process process) throws IOException, InterruptedException {
        // What Ctrl-C does: the launcher has become the command by its exec, so this is the process itself.
        new ProcessBuilder("kill", "-INT", String.valueOf(process.pid()))
                .start()
                .waitFor();
        assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void secondUpBesideARunningOneSaysSoAndTouchesNothing() throws Exception {
        Process first = up();
        awaitSaid(first, "Berth is up");
        List<String> before = processes();
        List<String> containers = containers();
        assertThat(containers).hasSize(1);
        assertThat(Files.readString(Path.of("/proc/" + first.pid() + "/maps")))
                .as("the command has a cache too")
                .contains("/cli/target/aot/cli.aot");

        Path said = ROOT.resolve("e2e/target/second.txt");
        for (String detach : List.of("", "-d")) {
            Process second = detach.isEmpty() ? type(said, "up") : type(said, "up", detach);
            assertThat(second.waitFor()).isEqualTo(1);
            assertThat(Files.readString(said))
                    .contains("Berth is already running here (process " + first.pid())
                    .contains("berth down")
                    .doesNotContain("ending")
                    .doesNotContain("is down");
        }
        assertThat(processes()).isEqualTo(before);
        assertThat(containers()).isEqualTo(containers);
        assertThat(type(said, "down").waitFor()).isZero();
        assertThat(Files.readString(said)).contains("Berth is down.");
        assertThat(processes()).isEmpty();
        assertThat(type(said, "status").waitFor()).isZero();
        assertThat(Files.readString(said)).contains("Berth is not running here");
        assertThat(type(said, "status", "--json").waitFor()).isZero();
        assertThat(Files.readString(said).strip()).isEqualTo("[ ]");
    }

    @Test
    void restartKeepsEverythingAlsoAfterItsSupervisorWasKilled() throws Exception {
        Process first = up();
        awaitSaid(first, "Berth is up");
        assertThat(Files.readString(SAID)).contains("hello answers at http://hello.localhost:" + port);
        assertThat(Files.readString(SAID).lines())
                .filteredOn(line -> line.contains("apps with an image"))
                .singleElement()
                .asString()
                .contains("no container engine: apps with an image wait for one", LocalBerth.ENGINE + " can't be asked")
                .contains("install and start Docker or Podman");
        assertThat(Files.readString(SAID)).as("the build has made them").doesNotContain("AOT");
        client().rollover("hello");
        first.destroyForcibly().waitFor();
        // What an older Berth left in its home is not what this one runs.
        Path older = HOME.state().resolve("postgres/bin/postgres");
        Files.createDirectories(older.getParent());
        Files.writeString(older, "#!/bin/sh\nexit 1");
        assertThat(older.toFile().setExecutable(true)).isTrue();

        Process second = up();
        awaitSaid(second, "Berth is up");
        assertThat(client().versions("hello")).hasSize(2);
        LocalBerth.await(
                "hello to answer again",
                Duration.ofSeconds(30),
                () -> containers().size() == 1);
        interrupt(second);
        assertThat(processes()).isEmpty();
        assertThat(Files.readString(SAID)).contains("Berth is down");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"starting PostgreSQL", "starting NATS", "starting the services", "deploying examples/hello"})
    void interruptedAnywhereItLeavesNoProcess(String step) throws Exception {
        Process up = up();
        awaitSaid(up, step);
        interrupt(up);
        assertThat(processes()).as(Files.readString(SAID)).isEmpty();
    }

    @Test
    void databaseOfAnotherMajorVersionIsOneClearSentence() throws Exception {
        Path data = HOME.state().resolve("postgres-data");
        Files.createDirectories(data);
        Files.writeString(data.resolve("PG_VERSION"), "16\n");
        Process up = up();
        assertThat(up.waitFor()).isEqualTo(1);
        assertThat(Files.readString(SAID)
                        .lines()
                        .filter(line -> line.contains("failed: the database in " + data
                                + " is of PostgreSQL 16, and this Berth brings PostgreSQL 18: ")))
                .hasSize(1);
        assertThat(Files.readString(SAID)).contains("set BERTH_DATABASE_URL").doesNotContain("ended (status");
        assertThat(data).isDirectoryContaining(file -> file.endsWith("PG_VERSION"));
    }

    @ParameterizedTest
    @CsvSource({
        "BERTH_DATABASE_URL, postgresql://a:secret@127.0.0.1:%d/x, no PostgreSQL answers at postgresql://127.0.0.1",
        "BERTH_NATS_URL, nats://a:secret@127.0.0.1:%d, no NATS answers at nats://127.0.0.1"
    })
    void givenServerThatDoesNotAnswerIsOneClearSentence(String setting, String url, String said) throws Exception {
        ProcessBuilder builder = builder(SAID, "up", "--port", String.valueOf(port));
        builder.environment().put(setting, url.formatted(port));
        assertThat(builder.start().waitFor()).isEqualTo(1);
        assertThat(Files.readString(SAID).lines())
                .singleElement()
                .asString()
                .contains("failed: " + setting, said, "start it, or correct the setting")
                .doesNotContain("secret");
    }

    @Test
    void runtimeThatIsNoneIsOneClearSentence() throws Exception {
        ProcessBuilder builder = builder(SAID, "up", "--port", String.valueOf(port));
        builder.environment().put("BERTH_RUNTIME", "podman");
        assertThat(builder.start().waitFor()).isEqualTo(2);
        assertThat(Files.readString(SAID).lines())
                .singleElement()
                .asString()
                .contains("BERTH_RUNTIME=podman; it must be auto, process or docker");
    }

    @Test
    void givenServersServe() throws Exception {
        LocalBerth lender = LocalBerth.shared();
        port = LocalBerth.freePorts(1);
        try (Connection database = lender.database();
                Statement statement = database.createStatement()) {
            statement.execute("create database given");
        }
        int nats = LocalBerth.freePorts(1) + 5;
        Path data = Path.of("target/given-nats").toAbsolutePath();
        Process bus = new ProcessBuilder(
                        "nats-server", "-a", "127.0.0.1", "-p", String.valueOf(nats), "-js", "-sd", data.toString())
                .redirectErrorStream(true)
                .redirectOutput(Path.of("target/given-nats.log").toFile())
                .start();
        try {
            ProcessBuilder builder = builder(SAID, "up", "--port", String.valueOf(port));
            builder.environment().put("BERTH_DATABASE_URL", lender.databaseUrl().replaceAll("/postgres$", "/given"));
            builder.environment().put("BERTH_NATS_URL", "nats://127.0.0.1:" + nats);
            LocalBerth.await("NATS", Duration.ofSeconds(10), () -> answers(nats));
            Process up = builder.start();
            awaitSaid(up, "Berth is up");
            assertThat(HOME.state().resolve("postgres-data")).doesNotExist();
            assertThat(containers()).hasSize(1);
            interrupt(up);
        } finally {
            bus.destroy();
            bus.onExit().join();
        }
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** A client that trusts one certificate alone. */
    private static HttpClient trusting(Path certificate) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(certificate)) {
            store.setCertificateEntry(
                    "own", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(context).build();
    }

    @Test
    void certificatesOfAFolderAreServed() throws Exception {
        port = LocalBerth.freePorts(2);
        int secure = port + 1;
        Path folder = ROOT.resolve("e2e/target/up-tls");
        LocalBerth.delete(folder);
        Files.createDirectories(folder);
        String make = "openssl req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256 -days 2 -subj /CN=own"
                + " -addext subjectAltName=DNS:localhost,DNS:*.localhost -keyout own.key -out own.crt";
        Process openssl = new ProcessBuilder(make.split(" "))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(openssl.waitFor()).isZero();
        // By a path from where it is typed, and on to the process in the background.
        Path typed = Path.of("").toAbsolutePath().relativize(folder);
        Process up = type(
                SAID,
                "up",
                "-d",
                "--port",
                String.valueOf(port),
                "--tls-dir",
                typed.toString(),
                "--tls-port",
                String.valueOf(secure));
        assertThat(up.waitFor()).as(Files.readString(SAID)).isZero();
        assertThat(Files.readString(SAID))
                .contains("API: http://localhost:" + port + " and https://localhost:" + secure)
                .contains("hello answers at https://hello.localhost:" + secure);
        assertThat(Files.readString(HOME.log("gateway-1"))).contains("TLS on 0.0.0.0:" + secure + " by BoringSSL");
        try (HttpClient client = trusting(folder.resolve("own.crt"))) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create("https://localhost:" + secure + "/-/hello/"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
        }
    }

    @Test
    void folderOfCertificatesThatIsNoneIsOneClearSentence() throws Exception {
        Process up = type(SAID, "up", "--port", String.valueOf(port), "--tls-dir", "/dev/null");
        assertThat(up.waitFor()).isEqualTo(2);
        assertThat(Files.readString(SAID).lines())
                .singleElement()
                .asString()
                .contains("--tls-dir /dev/null is no folder", "NAME.crt", "NAME.key");
    }

    @Test
    void portInUseIsOneClearSentence() throws Exception {
        try (ServerSocket taken = new ServerSocket(port)) {
            Process up = up();
            assertThat(up.waitFor()).isEqualTo(1);
            assertThat(Files.readString(SAID)
                            .lines()
                            .filter(line -> line.contains("port " + taken.getLocalPort()
                                    + " is in use by another program; end it, or choose another with --port")))
                    .hasSize(1);
        }
    }
}
