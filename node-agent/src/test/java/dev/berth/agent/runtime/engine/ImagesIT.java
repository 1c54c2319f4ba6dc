package dev.berth.agent.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Images of a real engine, from a real registry and from broken ones. */
class ImagesIT {
    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private Engine engine;

    TestKind kind() {
        return TestKind.DOCKER;
    }

    /** Whether the engine asks a registry that takes no more requests again and again, for minutes, by itself. */
    boolean waitsByItself() {
        return false;
    }

    @BeforeEach
    void connect() throws IOException {
        engine = TestEngine.shared(kind()).connection();
    }

    private Images images(Path config, Duration stalledAfter) {
        return new Images(engine, new Credentials(config), stalledAfter);
    }

    private Pull pull(String name) {
        return images(folder.resolve("none"), LONG).pull(name, progress -> {});
    }

    @Test
    void imageThatIsOnlyHereIsTakenAsItIs() {
        assertThat(pull(TestEngine.IMAGE))
                .isInstanceOfSatisfying(
                        Pull.Pulled.class, it -> assertThat(it.pinned()).startsWith("sha256:"));
    }

    @Test
    void imageWithoutARegistryIsFoundByItsIdAndNowhereElseToBeHad() {
        String id = ((Pull.Pulled) pull(TestEngine.IMAGE)).pinned();
        assertThat(pull(id)).isEqualTo(new Pull.Pulled(id));
        String other = "sha256:" + "0a".repeat(32);
        assertThat(pull(other))
                .isInstanceOfSatisfying(
                        Pull.Refused.class,
                        refused -> assertThat(refused.reason())
                                .startsWith("image " + other + " is not on this node's engine")
                                .contains("push it to a registry", "load it on each node"));
    }

    @Test
    void imageIsPulledByItsTagWithCredentialsAndPinnedByItsDigest() throws Exception {
        try (TestRegistry registry = new TestRegistry(folder)) {
            String name = registry.push(engine, TestEngine.IMAGE, "team/app", "1");
            assertThat(pull(name))
                    .isInstanceOfSatisfying(
                            Pull.Refused.class,
                            refused -> assertThat(refused.reason())
                                    .contains("wants credentials", "docker login " + registry.host()));
            assertThat(images(registry.login(folder, "wrong"), LONG).pull(name, progress -> {}))
                    .isInstanceOfSatisfying(
                            Pull.Refused.class,
                            refused -> assertThat(refused.reason()).contains("does not take this node's credentials"));
            Images images = images(registry.login(folder, TestRegistry.PASSWORD), LONG);
            List<PullMeter.Progress> told = new ArrayList<>();
            Pull first = images.pull(name, told::add);
            assertThat(first).isInstanceOf(Pull.Pulled.class);
            String pinned = ((Pull.Pulled) first).pinned();
            assertThat(pinned).startsWith(registry.host() + "/team/app@sha256:");
            // The tag moves on; what it was can be had by its digest alone, without the registry.
            registry.push(engine, changed(), "team/app", "1");
            assertThat(((Pull.Pulled) images.pull(name, told::add)).pinned()).isNotEqualTo(pinned);
            assertThat(pull(pinned)).isEqualTo(new Pull.Pulled(pinned));
        }
    }

    @Test
    void imageThatIsOnlyHereByThisNameIsTakenAsItIs() throws Exception {
        try (TestRegistry registry = new TestRegistry(folder)) {
            String pushed = registry.push(engine, TestEngine.IMAGE, "team/other", "1");
            Pull there =
                    images(registry.login(folder, TestRegistry.PASSWORD), LONG).pull(pushed, progress -> {});
            assertThat(((Pull.Pulled) there).pinned()).startsWith(registry.host() + "/team/other@sha256:");
            imageThatIsOnlyHereIsTakenAsItIs();
            engine.ask("untag", client -> client.removeImageCmd(pushed).exec());
        }
    }

    private String changed() throws IOException {
        String made = engine.ask(
                        "make",
                        client -> client.createContainerCmd(TestEngine.IMAGE)
                                .withCmd("true")
                                .exec())
                .getId();
        String image = engine.ask(
                "commit",
                client -> client.commitCmd(made).withMessage("changed").exec());
        engine.ask("remove", client -> client.removeContainerCmd(made).exec());
        return image;
    }

    @Test
    void programThatKeepsCredentialsIsAsked() throws Exception {
        Path bin = Files.createDirectory(folder.resolve("bin"));
        Path helper = Files.writeString(
                bin.resolve("docker-credential-tests"),
                "#!/bin/sh\nread server; echo \"{\\\"Username\\\": \\\"$server\\\", \\\"Secret\\\": \\\"s3cret\\\"}\"\n");
        Files.setPosixFilePermissions(helper, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path config = Files.writeString(
                folder.resolve("config.json"),
                "{\"credHelpers\": {\"registry.example\": \"absent\"}, \"credsStore\": \"tests\"}");
        Credentials credentials = new Credentials(config, bin.toString());
        String header =
                credentials.header(ImageReference.parse("other.example/app")).orElseThrow();
        assertThat(new String(java.util.Base64.getUrlDecoder().decode(header), StandardCharsets.UTF_8))
                .contains("\"username\":\"other.example\"", "\"password\":\"s3cret\"");
        assertThat(org.assertj.core.api.Assertions.catchThrowable(
                        () -> credentials.header(ImageReference.parse("registry.example/app"))))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("can't be run", "docker-credential-");
    }

    @ParameterizedTest
    @CsvSource({
        "401, UNAUTHORIZED, Refused, wants credentials",
        "403, DENIED, Refused, docker login",
        "404, MANIFEST_UNKNOWN, Refused, has no such image",
        "429, TOOMANYREQUESTS, Interrupted, takes no more requests for now",
        "500, UNKNOWN, Interrupted, fails"
    })
    void whatARegistryAnswersIsSaidInWords(int status, String code, String outcome, String words) throws IOException {
        assumeFalse(status == 429 && waitsByItself(), "it is the engine that waits, and nothing is said of it");
        String body = "{\"errors\": [{\"code\": \"%s\", \"message\": \"so it is\"}]}".formatted(code);
        String answer = StubRegistry.response(status + " so it is", body);
        try (StubRegistry registry = new StubRegistry(
                path -> path.equals("/v2/") && status != 401 ? StubRegistry.response("200 OK", "{}") : answer)) {
            Pull pull = pull(registry.image());
            assertThat(pull.getClass().getSimpleName()).as(pull.toString()).isEqualTo(outcome);
            assertThat(pull.toString()).contains(words, registry.image());
        }
    }

    @Test
    void registryThatBreaksOffMayBeAskedAgain() throws IOException {
        try (StubRegistry registry = new StubRegistry(path -> path.equals("/v2/")
                ? StubRegistry.response("200 OK", "{}")
                : "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")) {
            assertThat(pull(registry.image())).isInstanceOf(Pull.Interrupted.class);
        }
    }

    @Test
    void registryThatHangsIsGivenUp() throws IOException {
        try (StubRegistry registry = new StubRegistry(path -> StubRegistry.NOTHING)) {
            assertThat(images(folder.resolve("none"), Duration.ofSeconds(2)).pull(registry.image(), progress -> {}))
                    .isInstanceOfSatisfying(
                            Pull.Interrupted.class,
                            it -> assertThat(it.reason()).contains("nothing of it came for 2 s", "hangs"));
        }
    }

    @Test
    void registryThatIsNotThereMayComeLater() throws IOException {
        StubRegistry nobody = new StubRegistry(path -> StubRegistry.NOTHING);
        nobody.close();
        assertThat(pull(nobody.image()))
                .isInstanceOfSatisfying(
                        Pull.Interrupted.class, it -> assertThat(it.reason()).contains("can't be reached"));
    }

    @Test
    void whatIsNoNameIsRefused() {
        assertThat(pull("Not A Name"))
                .isInstanceOfSatisfying(
                        Pull.Refused.class, it -> assertThat(it.reason()).contains("that is no name of an image"));
    }
}
