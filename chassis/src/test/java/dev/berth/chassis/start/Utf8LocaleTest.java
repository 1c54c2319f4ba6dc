package dev.berth.chassis.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class Utf8LocaleTest {
    /** What a service would begin with. */
    static final class Begun {
        private Begun() {}

        public static void main(String[] arguments) {
            Utf8Locale.ensure();
            System.out.println(System.getProperty("sun.jnu.encoding") + " "
                    + ProcessHandle.current().pid() + " " + arguments[0] + " " + arguments[1] + " "
                    + System.getenv("GIVEN") + " " + System.getenv("LANG"));
        }
    }

    /** By way of a shell's printf, since this JVM's own locale may not be able to say it. */
    private static String begun(Map<String, String> locale) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        "sh",
                        "-c",
                        "GIVEN=$(printf 'Gr\\303\\274\\303\\237e') exec \"$0\" -XX:+UseSerialGC -XX:TieredStopAtLevel=1"
                                + " --enable-native-access=ALL-UNNAMED -cp \"$1\" \"$2\" \"$(printf 'na\\303\\257ve')\" ''",
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        System.getProperty("java.class.path"),
                        Begun.class.getName())
                .redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.equals("LANG") || name.startsWith("LC_"));
        builder.environment().putAll(locale);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said.strip().replace(" " + process.pid() + " ", " same ");
    }

    @Test
    void serviceWithoutALocaleBeginsAgainInTheSameProcessAndLosesNothing() throws Exception {
        assertThat(begun(Map.of())).isEqualTo("UTF-8 same naïve  Grüße null");
        assertThat(begun(Map.of("LC_ALL", "POSIX", "LANG", "de_DE.ISO-8859-1")))
                .isEqualTo("UTF-8 same naïve  Grüße de_DE.ISO-8859-1");
    }

    @Test
    void serviceWhoseLocaleIsNotInstalledBeginsAgain() throws Exception {
        assertThat(begun(Map.of("LANG", "xx_XX.UTF-8"))).isEqualTo("UTF-8 same naïve  Grüße xx_XX.UTF-8");
    }

    @Test
    void serviceWithAUtf8LocaleGoesOn() throws Exception {
        assertThat(begun(Map.of("LC_ALL", "C.UTF-8"))).isEqualTo("UTF-8 same naïve  Grüße null");
    }
}
