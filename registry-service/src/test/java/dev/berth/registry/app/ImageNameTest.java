package dev.berth.registry.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageNameTest {
    private static final String HEX = "0123456789abcdef".repeat(4);

    @Test
    void namesOfTheGrammarAreTaken() {
        assertThat(List.of(
                        "a",
                        "nginx",
                        "nginx:1.27",
                        "whisper:V3_large.turbo-2",
                        "library/nginx",
                        "ghcr.io/acme/whisper:3",
                        "ghcr.io/acme/whisper@sha256:" + HEX,
                        "ghcr.io/acme/whisper:3@sha256:" + HEX,
                        "whisper@sha512:" + HEX + HEX,
                        "localhost/whisper",
                        "localhost:5000/whisper:3",
                        "Registry/whisper",
                        "registry.example.com:443/a/b/c-d/e--f/g_h/i__j/k.l",
                        "10.0.0.7:5000/x",
                        "[2001:db8::1]:5000/x",
                        "[::1]/x",
                        "a".repeat(255),
                        "x:" + "t".repeat(128)))
                .allSatisfy(name -> assertThat(ImageName.fault(name)).as(name).isEmpty());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                        | is empty
            `  `                      | is empty
            `a b`                     | a blank or a control character
            https://ghcr.io/acme/x    | not a URL
            docker://x                | not a URL
            Acme                      | "Acme" in its name; each part of it has no capitals
            ghcr.io/acme/Whisper:3    | "Whisper" in its name; each part of it has no capitals
            acme/-x                   | "-x" in its name
            acme/x-                   | "x-" in its name
            acme/x..y                 | "x..y" in its name
            acme/x___y                | "x___y" in its name
            acme//x                   | nothing before, after or between its slashes
            /x                        | nothing before, after or between its slashes
            acme/                     | nothing before, after or between its slashes
            ghcr.io/                  | nothing before, after or between its slashes
            x:                        | "" for a tag
            x:-3                      | "-3" for a tag
            x:.3                      | ".3" for a tag
            x:a:b                     | "a:b" for a tag
            x:ü                       | "ü" for a tag
            ghcr.io:x/acme            | "x" for the port of its registry ghcr.io
            ghcr.io:0/acme            | from 1 to 65535
            ghcr.io:65536/acme        | from 1 to 65535
            ghcr.io:/acme             | "" for the port
            -ghcr.io/acme             | "-ghcr.io" for its registry
            ghcr..io/acme             | "ghcr..io" for its registry
            gh_cr.io/acme             | "gh_cr.io" for its registry
            x@                        | "" for a digest
            x@sha256:abc              | "sha256:abc" for a digest
            x@md5:0123                | 64 digits out of 0-9 and a-f
            @sha256:abc               | for a digest
            """)
    void whatIsNoNameIsSaidPartByPart(String name, String fault) {
        assertThat(ImageName.fault(name))
                .hasValueSatisfying(said -> assertThat(said).contains(fault));
    }

    @Test
    void whatIsTooLongOrNoNameAtAllIsSaid() {
        assertThat(ImageName.fault("a".repeat(256))).hasValue("has 256 characters before its tag; at most 255");
        assertThat(ImageName.fault("x:" + "t".repeat(129)))
                .hasValueSatisfying(said -> assertThat(said).contains("1 to 128"));
        assertThat(ImageName.fault("x@sha256:" + HEX.toUpperCase(java.util.Locale.ROOT)))
                .hasValueSatisfying(said -> assertThat(said).contains("for a digest"));
        assertThat(ImageName.fault(HEX))
                .hasValueSatisfying(said -> assertThat(said).startsWith("is the id"));
        assertThat(ImageName.fault("@sha256:" + HEX))
                .hasValueSatisfying(said -> assertThat(said).startsWith("has nothing before"));
    }
}
