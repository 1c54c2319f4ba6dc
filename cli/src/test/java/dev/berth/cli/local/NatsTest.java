package dev.berth.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.protocol.key.PartKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is given which keys of a local Berth, and who can read them. */
class NatsTest {
    private static final List<String> PARTS =
            List.of("registry", "scheduler", "gateway", "agent-local-1", "agent-local-2");

    @TempDir
    Path folder;

    private Home home;

    @BeforeEach
    void open() {
        home = new Home(folder.resolve("state"), folder);
    }

    private String permissions(String path) throws IOException {
        return PosixFilePermissions.toString(
                Files.getPosixFilePermissions(home.state().resolve(path)));
    }

    @Test
    void keysAreForTheOwnersEyesAloneAlsoInAnOldHome() throws IOException {
        Nats.part(home, 4222, Secrets.open(home), List.of("local-1"));
        for (String path : List.of("", "nats", "nats/nats.conf")) {
            Files.setPosixFilePermissions(home.state().resolve(path), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Nats.part(home, 4222, Secrets.open(home), List.of("local-1"));
        assertThat(permissions("")).isEqualTo("rwx------");
        assertThat(permissions("nats")).isEqualTo("rwx------");
        assertThat(permissions("nats/nats.conf")).isEqualTo("rw-------");
        assertThat(permissions("secrets")).isEqualTo("rw-------");
    }

    @Test
    void eachPartHasAPasswordOfItsOwnWhichIsKept() throws IOException {
        Properties old = new Properties();
        old.putAll(Map.of("cluster", "c", "database", "d", "nats", "n", "token", "t"));
        home.write("secrets", old);
        Secrets secrets = Secrets.open(home);
        Set<String> passwords = new HashSet<>();
        for (String part : PARTS) {
            Map<String, String> access = Nats.access(4222, secrets, part);
            assertThat(access).containsEntry("BERTH_NATS_USER", part);
            passwords.add(access.get("BERTH_NATS_PASSWORD"));
        }
        assertThat(passwords).hasSameSizeAs(PARTS).doesNotContain("n");
        assertThat(secrets.database()).isEqualTo("d");
        Secrets again = Secrets.open(home);
        for (String part : PARTS) {
            assertThat(again.nats(part)).isEqualTo(secrets.nats(part)).hasSizeGreaterThan(30);
        }
        Nats.part(home, 4222, again, List.of("local-1", "local-2"));
        String configuration = Files.readString(home.state().resolve("nats/nats.conf"));
        for (String part : PARTS) {
            assertThat(configuration).contains("user: \"" + part + "\", password: \"" + again.nats(part) + "\"");
        }
    }

    @Test
    void eachPartIsGivenItsOwnKeysForWhomItCallsAlone() throws IOException {
        Secrets secrets = Secrets.open(home);
        String registry = secrets.keys("registry").get("BERTH_KEY_OWN");
        String scheduler = secrets.keys("scheduler").get("BERTH_KEY_OWN");
        assertThat(registry).isNotEqualTo(scheduler);
        assertThat(secrets.keys("registry").keySet()).containsExactly("BERTH_KEY_OWN");
        assertThat(secrets.keys("scheduler"))
                .isEqualTo(Map.of("BERTH_KEY_OWN", scheduler, "BERTH_KEY_REGISTRY", PartKey.of(registry, "scheduler")));
        assertThat(secrets.keys("gateway"))
                .isEqualTo(Map.of(
                        "BERTH_KEY_REGISTRY",
                        PartKey.of(registry, "gateway"),
                        "BERTH_KEY_SCHEDULER",
                        PartKey.of(scheduler, "gateway")));
        assertThat(Secrets.open(home).keys("agent-local-1"))
                .isEqualTo(Map.of("BERTH_KEY_REGISTRY", PartKey.of(registry, "agent-local-1")));
    }

    @Test
    void natsOfTheUsersOwnIsReachedByEachPartsOwnSetting() throws IOException {
        assertThat(Nats.isGiven(Map.of("BERTH_NATS_PASSWORD", "x"))).isFalse();
        assertThat(Nats.isGiven(Map.of("BERTH_NATS_URL_AGENT", "x"))).isTrue();
        Map<String, String> set = Map.of(
                "BERTH_NATS_URL",
                "nats://all",
                "BERTH_NATS_URL_SCHEDULER",
                "nats://scheduler",
                "BERTH_NATS_URL_AGENT",
                "nats://agents",
                "BERTH_NATS_URL_AGENT_LOCAL_2",
                "nats://two");
        Map<String, String> reached = new HashMap<>();
        for (String part : PARTS) {
            reached.put(part, Nats.given(set, part).get("BERTH_NATS_URL"));
        }
        assertThat(reached)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "registry",
                        "nats://all",
                        "scheduler",
                        "nats://scheduler",
                        "gateway",
                        "nats://all",
                        "agent-local-1",
                        "nats://agents",
                        "agent-local-2",
                        "nats://two"));
        assertThatThrownBy(() -> Nats.given(Map.of("BERTH_NATS_URL_REGISTRY", "x"), "agent-local-1"))
                .hasMessageContaining("BERTH_NATS_URL_AGENT_LOCAL_1, or BERTH_NATS_URL_AGENT, or BERTH_NATS_URL, is");
    }

    @Test
    void partInheritsNoKeysOfOthers() {
        Map<String, String> inherited = new HashMap<>(Map.of("PATH", "/bin", "BERTH_SCHEDULER_REPAIR", "PT1S"));
        for (String key : List.of(
                "BERTH_DATABASE_URL",
                "BERTH_DATABASE_PASSWORD",
                "BERTH_NATS_URL",
                "BERTH_NATS_URL_SCHEDULER",
                "BERTH_NATS_PASSWORD",
                "BERTH_TOKEN",
                "BERTH_KEY_OWN")) {
            inherited.put(key, "another's");
        }
        new Part("local-1", List.of(), Map.of("BERTH_NATS_URL", "own"), Optional.empty(), 1, "TERM", folder)
                .settings(inherited);
        assertThat(inherited)
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("PATH", "/bin", "BERTH_SCHEDULER_REPAIR", "PT1S", "BERTH_NATS_URL", "own"));
    }
}
