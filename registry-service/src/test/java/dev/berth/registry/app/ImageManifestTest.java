package dev.berth.registry.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.protocol.manifest.ManifestText;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageManifestTest {
    private static Manifest.Result read(String text) {
        return Manifest.read(
                "main", ((ManifestText.Parsed.Tree) ManifestText.parse(text)).value(), new Manifest.Overrides("", ""));
    }

    private static FunctionSpec first(String text) {
        Manifest.Result result = read(text);
        assertThat(result).as(text).isInstanceOf(Manifest.Result.Valid.class);
        return ((Manifest.Result.Valid) result).spec().functions().getFirst();
    }

    private static List<Problem> problems(String text) {
        Manifest.Result result = read(text);
        assertThat(result).as(text).isInstanceOf(Manifest.Result.Invalid.class);
        return ((Manifest.Result.Invalid) result).problems();
    }

    private static FunctionSpec boxed(String keys) {
        return first("app: a\nimage: x\nfunctions: {f: {web: {}, " + keys + "}}");
    }

    @Test
    void imageAloneIsEnough() {
        assertThat(first("app: a\nimage: ghcr.io/acme/whisper:3\nfunctions: {f: {web: {}}}"))
                .returns(List.of(), FunctionSpec::command)
                .returns("", FunctionSpec::user)
                .returns(false, FunctionSpec::readOnly)
                .returns(0, FunctionSpec::pids)
                .extracting(function -> function.image().orElseThrow())
                .isEqualTo(new Image(
                        "ghcr.io/acme/whisper:3", List.of(), "", Image.Network.BRIDGE, 0, List.of(), List.of()));
        assertThat(first("app: a\nfunctions: {f: {web: {}, command: [x]}}").image())
                .isEmpty();
    }

    @Test
    void functionsImageIsInPlaceOfTheApps() {
        Manifest.Result result = read("""
                app: a
                image: x:1
                functions:
                  own: {web: {}, image: "y:2"}
                  other: {web: {}}
                """);
        assertThat(((Manifest.Result.Valid) result).spec().functions())
                .extracting(function -> function.image().orElseThrow().name())
                .containsExactly("y:2", "x:1");
    }

    @Test
    void everyKeyIsRead() {
        FunctionSpec function = first("""
                app: a
                source: .
                image: x
                functions:
                  f:
                    web: {port: 8000}
                    entrypoint: [/sbin/tini, --, 1.10]
                    command: [serve, 0x1F, yes]
                    working_dir: /srv/./app//
                    user: 1000:1000
                    network: host
                    shm_size: 2GiB
                    read_only: true
                    volumes: [/srv/models:/models, "/srv//out/:/app/out/:rw", /a:/b:ro]
                    ulimits: {nofile: 65536, memlock: -1, core: {soft: 0, hard: -1}}
                    pids: 4096
                """);
        assertThat(function)
                .returns(List.of("serve", "0x1F", "yes"), FunctionSpec::command)
                .returns("1000:1000", FunctionSpec::user)
                .returns(true, FunctionSpec::readOnly)
                .returns(4_096, FunctionSpec::pids);
        assertThat(function.image()).hasValueSatisfying(image -> {
            assertThat(image.entrypoint()).containsExactly("/sbin/tini", "--", "1.10");
            assertThat(image.workingDir()).isEqualTo("/srv/app");
            assertThat(image.network()).isEqualTo(Image.Network.HOST);
            assertThat(image.shmBytes()).isEqualTo(2L << 30);
            assertThat(image.volumes())
                    .containsExactly(
                            new Image.Volume("/srv/models", "/models", false),
                            new Image.Volume("/srv/out", "/app/out", true),
                            new Image.Volume("/a", "/b", false));
            assertThat(image.ulimits())
                    .containsExactlyInAnyOrder(
                            new Image.Ulimit("nofile", 65_536, 65_536),
                            new Image.Ulimit("memlock", -1, -1),
                            new Image.Ulimit("core", 0, -1));
        });
        assertThat(boxed("volumes: [/srv/app:/app]").image().orElseThrow().volumes())
                .as("no source is there")
                .hasSize(1);
        assertThat(boxed("user: 0").user()).isEqualTo("0");
        assertThat(boxed("user: www-data:nogroup").user()).isEqualTo("www-data:nogroup");
    }

    @Test
    void processesHaveLimitsToo() {
        assertThat(first("app: a\nfunctions: {f: {web: {}, command: [x], pids: 4194304, read_only: true}}"))
                .returns(4_194_304, FunctionSpec::pids)
                .returns(true, FunctionSpec::readOnly);
    }

    @Test
    void whatOnlyAnEngineCanDoIsRefusedOfProcessesAllAtOnce() {
        assertThat(problems("""
                app: a
                functions:
                  f:
                    web: {}
                    command: [x]
                    entrypoint: [x]
                    working_dir: /x
                    network: host
                    shm_size: 64MiB
                    volumes: []
                    ulimits: {nofile: 3}
                """))
                .allSatisfy(problem -> assertThat(problem.message())
                        .isEqualTo("is for containers of an image alone; leave it out, or give the function an image"))
                .extracting(Problem::path)
                .containsExactlyInAnyOrder(
                        "functions.f.entrypoint",
                        "functions.f.working_dir",
                        "functions.f.network",
                        "functions.f.shm_size",
                        "functions.f.volumes",
                        "functions.f.ulimits");
        assertThat(problems("app: a\nfunctions: {f: {web: {}, command: [x], user: app}}"))
                .containsExactly(new Problem(
                        "functions.f.user",
                        "is not available yet for processes; leave it out, or give the function an image"));
    }

    @Test
    void everyProblemIsNamedAtOnceWithItsPath() {
        assertThat(problems("""
                app: a
                image: Ghcr
                source: .
                functions:
                  f:
                    web: {}
                    image: x:!
                    entrypoint: []
                    command: [[x]]
                    working_dir: srv
                    user: "a b"
                    network: none
                    shm_size: 1KiB
                    read_only: 1
                    pids: 0
                    volumes: [x, "a:/b", "/a:b:rx", /a:/x, "/b:/x/", "/a/../b:/c", "/a:/", "/a:/app", 7]
                    ulimits: {nofiles: 3, memlock: -2, nproc: {soft: 3}, stack: {soft: 4, hard: 3, most: 1}, core: x}
                """))
                .extracting(Problem::path)
                .containsExactlyInAnyOrder(
                        "image",
                        "functions.f.image",
                        "functions.f.entrypoint",
                        "functions.f.command[0]",
                        "functions.f.working_dir",
                        "functions.f.user",
                        "functions.f.network",
                        "functions.f.shm_size",
                        "functions.f.read_only",
                        "functions.f.pids",
                        "functions.f.volumes[0]",
                        "functions.f.volumes[1]",
                        "functions.f.volumes[2]",
                        "functions.f.volumes[2]",
                        "functions.f.volumes[4]",
                        "functions.f.volumes[5]",
                        "functions.f.volumes[6]",
                        "functions.f.volumes[7]",
                        "functions.f.volumes[8]",
                        "functions.f.ulimits.nofiles",
                        "functions.f.ulimits.memlock",
                        "functions.f.ulimits.nproc.hard",
                        "functions.f.ulimits.stack.soft",
                        "functions.f.ulimits.stack.most",
                        "functions.f.ulimits.core");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            image: 3                           | image                | must be text, not 3
            image: ''                          | image                | is empty; name an OCI image
            command: []                        | command              | is empty; give the image's program its arguments
            entrypoint: [' ']                  | entrypoint           | leave it out for the image's own
            entrypoint: serve                  | entrypoint           | must be a list
            working_dir: ''                    | working_dir          | must be an absolute path
            working_dir: /a/..                 | working_dir          | must be a path without ..
            user: ''                           | user                 | must be the name of a user
            user: 4294967295                   | user                 | a number from 0 to 4294967294
            user: '0755'                       | user                 | must be the name of a user
            user: 'a:'                         | user                 | with a group after a colon
            user: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" | user | not "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…"
            user: [a]                          | user                 | must be text or a number, not a list
            network: [host]                    | network              | must be text
            network: overlay                   | network              | must be bridge or host, not "overlay"
            shm_size: 2TiB                     | shm_size             | from 1MiB to 1TiB, not "2TiB"
            shm_size: 64                       | shm_size             | with its unit
            read_only: yes                     | read_only            | must be true or false, not "yes"
            pids: 4194305                      | pids                 | must be from 1 to 4194304, not 4194305
            pids: many                         | pids                 | must be a whole number from 1 to 4194304
            volumes: /a:/b                     | volumes              | must be a list
            volumes: ['/a:/b:ro:x']            | volumes[0]           | such as /srv/models:/models
            volumes: ['/a:/b:z']               | volumes[0]           | must come ro (the default) or rw, not "z"
            volumes: ['/a:/b', '/c:/b']        | volumes[1]           | /b is that of another volume already
            volumes: ['/a:/.']                 | volumes[0]           | can't be /, which is the image's own
            ulimits: [nofile]                  | ulimits              | must be a mapping
            ulimits: {nofiles: 3}              | ulimits.nofiles      | is unknown; did you mean nofile?
            ulimits: {RLIMIT_NOFILE: 3}        | ulimits.RLIMIT_NOFILE | known here: core, cpu, data
            ulimits: {nofile: 1e3}             | ulimits.nofile       | from -1 (unlimited) to 1125899906842624
            ulimits: {nofile: {hard: 3}}       | ulimits.nofile.soft  | is missing; give both
            """)
    void whatIsWrongIsSaidWithItsBounds(String key, String path, String message) {
        List<Problem> problems = problems("app: a\nimage: x\nfunctions: {f: {web: {}, " + key + "}}");
        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.path()).isEqualTo("functions.f." + path);
            assertThat(problem.message()).contains(message);
        });
    }

    @Test
    void volumesAreBounded() {
        String many = "/a:/b, ".repeat(51);
        assertThat(problems("app: a\nimage: x\nfunctions: {f: {web: {}, volumes: [" + many + "]}}"))
                .containsExactly(new Problem("functions.f.volumes", "has 51 folders; at most 50"));
        assertThat(problems("app: a\nimage: x\nfunctions: {f: {web: {}, volumes: [/" + "a".repeat(1_024) + ":/b]}}"))
                .containsExactly(
                        new Problem("functions.f.volumes[0]", "the node's folder has 1025 characters; at most 1024"));
    }

    @Test
    void unlimitedIsAboveEveryNumber() {
        assertThat(problems("app: a\nimage: x\nfunctions: {f: {web: {}, ulimits: {core: {soft: -1, hard: 3}}}}"))
                .containsExactly(new Problem("functions.f.ulimits.core.soft", "is unlimited, above hard, 3"));
    }
}
