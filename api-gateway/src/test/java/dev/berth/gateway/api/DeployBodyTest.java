package dev.berth.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.protocol.v1.DeployRequest;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeployBodyTest {
    private static final MediaType YAML = new MediaType("application", "yaml");

    private static DeployRequest read(String body) {
        return DeployBody.read(body.getBytes(StandardCharsets.UTF_8), MediaType.APPLICATION_JSON_TYPE);
    }

    private static String manifest(String body) {
        return read(body).getManifest();
    }

    private static void assertRefused(String body, String... words) {
        assertThatThrownBy(() -> read(body))
                .as(body)
                .isInstanceOfSatisfying(
                        WebApplicationException.class,
                        refusal -> assertThat(refusal.getResponse().getStatus()).isEqualTo(400))
                .hasMessageContainingAll(words);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"env\": {\"A\": 1.10, \"B\": 1e10, \"C\": 0.0001, \"D\": 1.0, \"E\": 12345678901234567890}}",
                "{}",
                "[1.10]",
                "{\"a\":{\"b\":[{}, {\"c\" : -0 }]}}",
                "{\"a\": \"\\ud83d\\ude00 \\/ \\u00e9 }]\" }",
                "{ \"a\"\t:\t1 }",
                "{\"a\": 1, \"a\": 2}"
            })
    void manifestThatIsAnObjectGoesOnLetterByLetter(String manifest) {
        assertThat(manifest("{\"manifest\":" + manifest + "}")).isEqualTo(manifest);
        assertThat(manifest("  {\"tag\": \"x\", \"manifest\"  :  " + manifest + "  , \"force\": true}  "))
                .isEqualTo(manifest);
        assertThat(manifest("\ufeff{\"manifest\": " + manifest + "}")).isEqualTo(manifest);
        assertThat(manifest("{\"é\ud83d\ude00\": \"é\ud83d\ude00\", \"manifest\": " + manifest + "}"))
                .isEqualTo(manifest);
    }

    @ParameterizedTest
    @ValueSource(strings = {"manifest", "name", "strategy", "sourceDigest", "tag", "commit"})
    void halfOfACharacterIsRefusedWhereItStands(String member) {
        assertRefused(
                "{\n\"manifest\": \"app: x\", \"other\": 1,\n \"" + member + "\": \"a \\ud83d b\"}",
                "line 3",
                member + " has half of a character");
        assertThat(read("{\"manifest\": \"app: x\", \"tag\": \"\\ud83d\\ude00\"}")
                        .getTag())
                .isEqualTo("\ud83d\ude00");
    }

    @Test
    void manifestIsOnTheLineThatItHasInTheBody() {
        assertThat(manifest("{\n \"manifest\": {\n  \"app\": \"x\"}}")).isEqualTo("\n{\n  \"app\": \"x\"}");
    }

    @Test
    void manifestThatIsTextIsWhatTheTextStandsFor() {
        assertThat(manifest("{\"manifest\": \"app: x\\nenv: {A: 1.10}\\n\\t\\u00e9\"}"))
                .isEqualTo("app: x\nenv: {A: 1.10}\n\té");
        assertThat(manifest("{\"manifest\": \"\"}")).isEmpty();
        assertThat(List.of(manifest("{\"manifest\": null}"), manifest("{\"manifest\": 1.10}")))
                .containsExactly("null", "1.10");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "app: x\nenv: {manifest: 1}",
                "  app: x\n  functions: {}",
                "{\"app\": \"x\", \"env\": {\"A\": 1.10}}",
                "{\"app\": \"x\", \"tag\": {}, \"app\": \"y\"}",
                "[{\"manifest\": 1}]",
                "\"manifest\""
            })
    void anythingElseIsAManifestByItself(String manifest) {
        assertThat(read(manifest))
                .isEqualTo(DeployRequest.newBuilder().setManifest(manifest).build());
    }

    @Test
    void yamlMayBeginLikeJson() {
        String yaml = "{app: x, env: {A: 1.10}}";
        for (MediaType type : new MediaType[] {YAML, MediaType.TEXT_PLAIN_TYPE, null}) {
            assertThat(DeployBody.read(yaml.getBytes(StandardCharsets.UTF_8), type)
                            .getManifest())
                    .isEqualTo(yaml);
        }
        assertRefused(yaml, "the body is not valid JSON at line 1, column ");
    }

    @Test
    void whatIsSaidBesideTheManifestIsTakenAsItWasWritten() {
        assertThat(read("{\"manifest\": \"m\", \"name\": \"n\", \"strategy\": \"recreate\", \"sourceDigest\": \"d\", "
                        + "\"tag\": 1.10, \"commit\": null, \"force\": true, \"more\": {\"tag\": 3}}"))
                .isEqualTo(DeployRequest.newBuilder()
                        .setManifest("m")
                        .setName("n")
                        .setStrategy("recreate")
                        .setSourceDigest("d")
                        .setTag("1.10")
                        .setForce(true)
                        .build());
    }

    @Test
    void wrongBodiesAreRefusedWithTheirPlace() {
        assertRefused("{\"manifest\": ", "not valid JSON at line 1, column ");
        assertRefused("{\"manifest\": {\n\"app\": }}", "not valid JSON at line 2, column ");
        assertRefused("{\"manifest\": \"m\"}\n{}", "line 2", "after the object's end");
        assertRefused("{\"manifest\": \"m\",\n\"manifest\": {}}", "line 2", "duplicate member manifest");
        assertRefused("{\"tag\": \"a\", \"tag\": \"b\", \"manifest\": \"m\"}", "duplicate member tag");
        assertRefused("{\"manifest\": \"m\", \"tag\": [1]}", "tag must be text");
        assertRefused("{\"manifest\": \"m\", \"force\": \"yes\"}", "force must be true or false");
        assertRefused("{\"a\":".repeat(20_000), "not valid JSON");
    }

    @Test
    void bytesAreOfTheCharsetThatTheClientSays() {
        byte[] latin = "app: caf\u00e9".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(DeployBody.read(latin, new MediaType("text", "plain", "ISO-8859-1"))
                        .getManifest())
                .isEqualTo("app: café");
        assertThatThrownBy(() -> DeployBody.read(latin, YAML)).hasMessageContaining("not UTF-8");
        assertThatThrownBy(() -> DeployBody.read(latin, new MediaType("text", "plain", Map.of("charset", "no such"))))
                .isInstanceOfSatisfying(
                        WebApplicationException.class,
                        refusal -> assertThat(refusal.getResponse().getStatus()).isEqualTo(415));
    }
}
