package dev.berth.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** h2spec's cases, the strict ones too, pass at the front door, but for those that {@code h2spec.tsv} explains. */
@ExtendWith(Leaks.class)
class H2specIT {
    private static final String PROGRAM = "/h2spec/2.2.0/h2spec_linux_amd64.tar.gz";
    /** Of each case: also the cold program of a busy machine is to answer. Of those that pass none waits for it. */
    private static final String TIMEOUT_SECONDS = "6";
    /** Whatever reaches the end of a channel's pipeline is logged by this one, with its stack. */
    private static final Logger PIPELINE = Logger.getLogger("io.netty.channel.DefaultChannelPipeline");

    @TempDir
    Path dir;

    @Test
    void passesButForWhatIsExplained() throws Exception {
        String machine = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        assumeTrue(machine.equals("Linux amd64"), "there is no h2spec for " + machine);
        Said said = new Said();
        PIPELINE.addHandler(said);
        Map<String, String> failed;
        try (OneDoor door = new OneDoor(2_000, () -> {})) {
            door.route(OneDoor.target("c-1", answering(door)));
            failed = failures(door.port);
            OneDoor.assertIdle(door.container());
        } finally {
            PIPELINE.removeHandler(said);
        }
        Map<String, String> explained = explained();
        TreeSet<String> unexplained = new TreeSet<>(failed.keySet());
        unexplained.removeAll(explained.keySet());
        assertThat(unexplained).as("failed, of %s", failed).isEmpty();
        assertThat(explained.keySet())
                .as("cases that h2spec.tsv explains all fail")
                .isEqualTo(failed.keySet());
        assertThat(said.lines).as("what clients do wrong fills no log").isEmpty();
    }

    /** The port of an app that answers everything when it has read it. */
    private static int answering(OneDoor door) throws Exception {
        HttpServer app = door.vertx
                .createHttpServer()
                .requestHandler(request ->
                        request.body().onSuccess(body -> request.response().end("hello")));
        return app.listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS)
                .actualPort();
    }

    /** Cases and what h2spec says of them. */
    private Map<String, String> failures(int port) throws Exception {
        Path report = dir.resolve("report.xml");
        Path output = dir.resolve("output");
        Process h2spec = new ProcessBuilder(
                        program().toString(),
                        "-S",
                        "-o",
                        TIMEOUT_SECONDS,
                        "-p",
                        Integer.toString(port),
                        "-P",
                        "/-/app/",
                        "-j",
                        "" + report)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(h2spec.waitFor(120, TimeUnit.SECONDS)).isTrue();
        } finally {
            h2spec.destroyForcibly();
        }
        assertThat(report).as(Files.readString(output)).exists();
        NodeList cases = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(report.toFile())
                .getElementsByTagName("testcase");
        assertThat(cases.getLength()).isGreaterThan(140);
        Map<String, String> failed = new TreeMap<>();
        for (int i = 0; i < cases.getLength(); i++) {
            Element one = (Element) cases.item(i);
            if (one.getElementsByTagName("*").getLength() > 0) {
                failed.put(
                        one.getAttribute("package") + " " + one.getAttribute("classname"),
                        one.getTextContent().strip());
            }
        }
        return failed;
    }

    private Path program() throws IOException {
        Path program = dir.resolve("h2spec");
        try (InputStream packed = H2specIT.class.getResourceAsStream(PROGRAM);
                TarArchiveInputStream all = new TarArchiveInputStream(new GZIPInputStream(packed))) {
            assertThat(all.getNextEntry().getName()).isEqualTo("h2spec");
            Files.copy(all, program);
        }
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return program;
    }

    private static Map<String, String> explained() throws IOException {
        try (InputStream in = H2specIT.class.getResourceAsStream("/http/h2spec.tsv")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .skip(1)
                    .map(line -> line.split("\t", 2))
                    .collect(Collectors.toMap(line -> line[0], line -> line[1]));
        }
    }

    private static final class Said extends Handler {
        final CopyOnWriteArrayList<String> lines = new CopyOnWriteArrayList<>();

        @Override
        public void publish(LogRecord line) {
            lines.add(line.getMessage() + " " + line.getThrown());
        }

        @Override
        public void flush() {
            // Nothing waits.
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
