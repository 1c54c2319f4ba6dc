package dev.berth.gateway.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Makes pairs as {@code openssl} writes them. */
public final class PairFiles {
    private static final List<String> EC = List.of("ec", "-pkeyopt", "ec_paramgen_curve:P-256");

    private PairFiles() {}

    /** {@code NAME.crt} and {@code NAME.key}, for these hosts; its subject is called like the file. */
    public static void make(Path folder, String name, int days, String... hosts) throws IOException {
        make(folder, name, days, EC, hosts);
    }

    static void makeRsa(Path folder, String name, String... hosts) throws IOException {
        make(folder, name, 2, List.of("rsa:2048"), hosts);
    }

    private static void make(Path folder, String name, int days, List<String> kind, String... hosts)
            throws IOException {
        List<String> command = new ArrayList<>(List.of("openssl", "req", "-x509", "-nodes", "-newkey"));
        command.addAll(kind);
        command.addAll(List.of("-subj", "/CN=" + name, "-days", String.valueOf(days)));
        if (hosts.length > 0) {
            command.add("-addext");
            command.add("subjectAltName="
                    + Arrays.stream(hosts).map(host -> "DNS:" + host).collect(Collectors.joining(",")));
        }
        command.addAll(List.of("-keyout", name + ".key", "-out", name + ".crt"));
        run(folder, command.toArray(String[]::new));
    }

    static void run(Path folder, String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            assertThat(process.waitFor()).as(said).isZero();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    static Pair read(Path folder, String name) throws IOException, UnfitPair {
        return Pem.pair(
                name, Files.readString(folder.resolve(name + ".crt")), Files.readString(folder.resolve(name + ".key")));
    }
}
