package dev.berth.gateway.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which pair answers whom. */
class CertificatesTest {
    @TempDir
    static Path folder;

    private static Certificates all;

    @BeforeAll
    static void make() throws Exception {
        all = new Certificates(List.of(
                pair("shop", 2, "shop.example.com", "exact.apps.example.com"),
                pair("apps", 2, "*.apps.example.com"),
                pair("cn.example.com", 2),
                pair("alternatives", 2, "other.example.com"),
                pair("default", 2, "default.example.com")));
    }

    private static Pair pair(String file, int days, String... hosts) throws IOException, UnfitPair {
        PairFiles.make(folder, file, days, hosts);
        return PairFiles.read(folder, file);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            shop.example.com        | shop
            SHOP.Example.COM        | shop
            shop.example.com.       | shop
            a.apps.example.com      | apps
            a.APPS.example.com.     | apps
            exact.apps.example.com  | shop
            b.a.apps.example.com    | default
            apps.example.com        | default
            .apps.example.com       | default
            a.apps.example.com.evil | default
            cn.example.com          | cn.example.com
            alternatives            | default
            elsewhere.example       | default
            localhost               | default
            -                       | default
            """)
    void clientIsShownThePairOfTheNameItAsksFor(String name, String shown) {
        assertThat(all.of(name).file()).isEqualTo(shown);
    }

    @Test
    void withoutADefaultTheFirstFileAnswersWhoAsksForNone() throws Exception {
        Certificates two =
                new Certificates(List.of(PairFiles.read(folder, "shop"), PairFiles.read(folder, "alternatives")));
        assertThat(two.of(null).file()).isEqualTo("alternatives");
        assertThat(two.of("elsewhere.example").file()).isEqualTo("alternatives");
    }

    @Test
    void ofTwoWithTheSameNameTheOneThatIsValidForLongerAnswersAndThatIsSaid() throws Exception {
        Pair shorter = pair("a-shorter", 2, "same.example.com", "more.example.com");
        Pair longer = pair("longer", 9, "same.example.com");
        for (List<Pair> order : List.of(List.of(shorter, longer), List.of(longer, shorter))) {
            Certificates both = new Certificates(order);
            assertThat(both.of("same.example.com").file()).isEqualTo("longer");
            assertThat(both.of("more.example.com").file()).isEqualTo("a-shorter");
            assertThat(both.doubts())
                    .singleElement()
                    .asString()
                    .startsWith("same.example.com is in longer.crt and in a-shorter.crt; longer.crt answers");
        }
    }
}
