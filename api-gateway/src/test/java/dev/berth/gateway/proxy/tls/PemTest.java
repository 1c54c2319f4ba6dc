package dev.berth.gateway.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys and certificates as programs write them. */
class PemTest {
    @TempDir
    static Path folder;

    @BeforeAll
    static void make() throws Exception {
        PairFiles.make(folder, "ec", 2, "a.example");
        PairFiles.make(folder, "other", 2, "a.example");
        PairFiles.makeRsa(folder, "rsa", "a.example");
    }

    private static String text(String file) throws Exception {
        return Files.readString(folder.resolve(file));
    }

    private static String openssl(String... words) throws Exception {
        PairFiles.run(folder, words);
        return text("made");
    }

    @ParameterizedTest
    @CsvSource({"ec, ec, EC PRIVATE KEY", "rsa, rsa, RSA PRIVATE KEY"})
    void olderFormsOfKeysAreRead(String file, String program, String form) throws Exception {
        String older = program.equals("rsa")
                ? openssl("openssl", "rsa", "-traditional", "-in", file + ".key", "-out", "made")
                : openssl("openssl", "ec", "-in", file + ".key", "-out", "made");
        assertThat(older).contains("-----BEGIN " + form + "-----");
        assertThat(Pem.pair(file, text(file + ".crt"), older).key().getFormat()).isEqualTo("PKCS#8");
        // With the curve before it, as `openssl ecparam -genkey` does.
        assertThat(Pem.pair(
                                file,
                                text(file + ".crt"),
                                "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
                                        + older)
                        .key())
                .isNotNull();
    }

    @Test
    void chainBeginsWithTheServersOwn() throws Exception {
        String chain = text("ec.crt") + text("other.crt");
        assertThat(Pem.pair("ec", chain, text("ec.key")).chain()).hasSize(2);
        assertThatThrownBy(() -> Pem.pair("ec", chain, text("other.key")))
                .isInstanceOf(UnfitPair.class)
                .hasMessage("ec.crt must begin with the certificate of the server, whose key is in ec.key");
    }

    @Test
    void anothersKeyIsSaidToBeOne() {
        assertThatThrownBy(() -> Pem.pair("ec", text("ec.crt"), text("other.key")))
                .isInstanceOf(UnfitPair.class)
                .hasMessage("ec.key is not the key of the certificate in ec.crt");
        assertThatThrownBy(() -> Pem.pair("ec", text("ec.crt"), text("rsa.key")))
                .isInstanceOf(UnfitPair.class)
                .hasMessageContaining("is of another kind than the certificate in ec.crt");
    }

    @Test
    void keyWithAPassphraseIsAnsweredByTheCommandThatTakesItOff() throws Exception {
        String locked =
                openssl("openssl", "pkcs8", "-topk8", "-in", "ec.key", "-out", "made", "-passout", "pass:secret");
        assertThatThrownBy(() -> Pem.pair("ec", text("ec.crt"), locked))
                .isInstanceOf(UnfitPair.class)
                .hasMessageContainingAll("ec.key has a passphrase", "openssl pkcs8 -topk8 -nocrypt -in ec.key");
    }

    @Test
    void halfOfAFileIsNone() throws Exception {
        String certificate = text("ec.crt");
        String key = text("ec.key");
        for (int i = 0; i < certificate.length() - 1; i++) {
            String part = certificate.substring(0, i);
            assertThatThrownBy(() -> Pem.pair("ec", part, key)).isInstanceOf(UnfitPair.class);
        }
        for (int i = 0; i < key.length() - 1; i++) {
            String part = key.substring(0, i);
            assertThatThrownBy(() -> Pem.pair("ec", certificate, part)).isInstanceOf(UnfitPair.class);
        }
        assertThatThrownBy(() -> Pem.pair("ec", certificate.replace("M", "?"), key))
                .isInstanceOf(UnfitPair.class);
    }
}
