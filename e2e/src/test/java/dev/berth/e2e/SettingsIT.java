package dev.berth.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A service with a setting that it can't work with: each is a process that ends, before it has waited for any server. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class SettingsIT {
    private static final String REGISTRY = "registry-service";
    private static final String SCHEDULER = "scheduler-service";
    private static final String AGENT = "node-agent";
    private static final String GATEWAY = "api-gateway";
    private static final Map<String, String> PARTS =
            Map.of(REGISTRY, "registry", SCHEDULER, "scheduler", AGENT, "local-1", GATEWAY, "gateway-1");
    private static final int PRIVILEGED = 81;

    @TempDir
    Path folder;

    private record Ended(int status, String said) {}

    /** As `up` starts it. */
    private static List<String> command(String module, String... settings) throws IOException {
        List<String> command = new ArrayList<>(LocalBerth.shared().command(PARTS.get(module)));
        command.addAll(command.indexOf("-jar"), List.of(settings));
        return command;
    }

    private Ended run(Map<String, String> environment, List<String> command) throws IOException, InterruptedException {
        Path log = folder.resolve("said");
        int free = LocalBerth.freePorts(4);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment()
                .putAll(Map.of(
                        "BERTH_REGISTRY_PORT", String.valueOf(free),
                        "BERTH_SCHEDULER_PORT", String.valueOf(free + 1),
                        "BERTH_AGENT_PORT", String.valueOf(free + 2),
                        "BERTH_GATEWAY_INTERNAL_PORT", String.valueOf(free + 3),
                        "BERTH_KEY_OWN", "own",
                        "BERTH_NODE_STATE", folder.resolve("state").toString(),
                        "BERTH_NATS_URL", "nats://127.0.0.1:1",
                        "BERTH_DATABASE_URL", "postgresql://127.0.0.1:1/postgres"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(30, TimeUnit.SECONDS))
                    .as("it ended, having said:\n" + Files.readString(log))
                    .isTrue();
        } finally {
            process.destroyForcibly().waitFor();
        }
        return new Ended(process.exitValue(), Files.readString(log));
    }

    /** Status 1, and one sentence with all of these words. */
    private static void assertRefused(Ended ended, String sentence, String... words) {
        assertThat(ended.said().lines().filter(line -> line.startsWith(sentence)))
                .as(ended.said())
                .singleElement()
                .asString()
                .contains(words);
        assertThat(ended.said()).doesNotContain("\tat ", "Exception", "ERROR");
        assertThat(ended.status()).as(ended.said()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            registry-service  | berth.registry.retention=-5s        | must be a duration from 0s
            registry-service  | berth.registry.retention=month      | must be a duration such as
            registry-service  | berth.registry.source-limit=0       | must be a number of bytes
            registry-service  | berth.registry.source-limit=256M    | must be a whole number
            registry-service  | quarkus.http.port=abc               | must be a whole number
            registry-service  | quarkus.http.host=10.255.255.1      | is no address of this machine
            scheduler-service | berth.scheduler.lease=-5s           | must be a duration from 1s
            scheduler-service | berth.scheduler.repair=1ms          | must be a duration from 100ms
            scheduler-service | berth.scheduler.gateway-lease=soon  | must be a duration such as
            scheduler-service | berth.scheduler.address=0.0.0.0:9   | where gateways reach this scheduler
            scheduler-service | berth.scheduler.kept-versions=0     | must be a number of versions
            scheduler-service | quarkus.http.port=65536             | must be a port
            node-agent        | berth.node.name=Local               | must be a name
            node-agent        | berth.node.ports=31999-20000        | must be a range of ports
            node-agent        | berth.node.cpu-millis=all           | must be a whole number
            node-agent        | berth.node.memory-bytes=-1          | must be bytes of memory
            node-agent        | berth.node.limits=maybe             | must be true or false
            node-agent        | berth.node.probe-timeout=soon       | must be a duration such as
            node-agent        | berth.node.runtime=podman           | must be auto, process or docker
            node-agent        | berth.node.container-address=any    | must be bridge or host
            node-agent        | berth.node.volumes=models:rw        | must be absolute paths
            node-agent        | berth.node.probe-timeout=0s         | must be a duration from 100ms
            node-agent        | berth.node.image-retention=1m       | must be a duration from 600s
            node-agent        | berth.node.host=[::1                | must be a name or an address
            node-agent        | berth.node.state=/dev/null/state    | must be a folder
            node-agent        | quarkus.http.host=[::1              | can't be resolved
            api-gateway       | berth.gateway.name=gateway.1        | must be a name
            api-gateway       | berth.gateway.port=abc              | must be a whole number
            api-gateway       | berth.gateway.port=65536            | must be a port
            api-gateway       | berth.gateway.host=10.255.255.1     | is no address of this machine
            api-gateway       | berth.gateway.stop-grace=soon       | must be a duration such as
            api-gateway       | berth.gateway.stop-grace=-1s        | must be a duration from 0s
            api-gateway       | berth.gateway.loops=0               | must be a number of event loops
            api-gateway       | berth.gateway.loops=few             | must be a whole number
            api-gateway       | berth.gateway.park-timeout=-1s      | must be a duration from 1ms
            api-gateway       | berth.gateway.scheme=ftp            | must be http or https
            api-gateway       | berth.gateway.tls-dir=/dev/null/tls | must be a folder with a certificate and its key
            api-gateway       | berth.gateway.tls-dir=/proc/self    | said before
            api-gateway       | berth.gateway.metrics-open=yes      | must be true or false
            api-gateway       | berth.gateway.tls-redirect=maybe    | must be true or false
            api-gateway       | berth.gateway.tls-redirect=true     | must be false where berth.gateway.tls-dir is not set
            """)
    void settingIsRefusedByItsNameAndValue(String module, String setting, String rule) throws Exception {
        int equals = setting.indexOf('=');
        assertRefused(
                run(Map.of(), command(module, "-D" + setting)),
                setting.substring(0, equals) + " is \"" + setting.substring(equals + 1) + "\": it ",
                rule);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            registry-service  | BERTH_REGISTRY_PORT=http            | must be a whole number
            api-gateway       | BERTH_GATEWAY_STOP_GRACE=soon       | must be a duration
            node-agent        | BERTH_REGISTRY_PORT=http            | must be a whole number
            api-gateway       | BERTH_SCHEDULER_PORT=0              | must be a port, 1 to 65535
            """)
    void settingIsNamedAsItWasSet(String module, String setting, String rule) throws Exception {
        int equals = setting.indexOf('=');
        String name = setting.substring(0, equals);
        String value = setting.substring(equals + 1);
        assertRefused(run(Map.of(name, value), command(module)), name + " is \"" + value + "\": it ", rule);
    }

    @Test
    void addressMadeOfTwoSettingsIsRefusedByItsOwnName() throws Exception {
        assertRefused(
                run(Map.of("BERTH_SCHEDULER_HOST", "0.0.0.0", "BERTH_SCHEDULER_PORT", "9"), command(SCHEDULER)),
                "berth.scheduler.address is \"0.0.0.0:9\": it ",
                "must be the host and port");
    }

    @ParameterizedTest
    @ValueSource(strings = {REGISTRY, SCHEDULER, AGENT, GATEWAY})
    void portInUseIsSaid(String module) throws Exception {
        String setting = Map.of(
                        REGISTRY, "BERTH_REGISTRY_PORT",
                        SCHEDULER, "BERTH_SCHEDULER_PORT",
                        AGENT, "BERTH_AGENT_PORT",
                        GATEWAY, "BERTH_GATEWAY_INTERNAL_PORT")
                .get(module);
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(other.getLocalPort());
            assertRefused(
                    run(Map.of(setting, port), command(module)),
                    setting + " is \"" + port + "\": it is in use by another program",
                    "end that, or give another port");
        }
    }

    @Test
    void gatewaysOwnPortInUseIsSaid() throws Exception {
        try (ServerSocket other = new ServerSocket(0)) {
            String port = String.valueOf(other.getLocalPort());
            assertRefused(
                    run(Map.of("BERTH_GATEWAY_PORT", port), command(GATEWAY)),
                    "BERTH_GATEWAY_PORT is \"" + port + "\": it is in use by another program",
                    "end that, or give another port");
        }
    }

    @ParameterizedTest
    @CsvSource({"443s, must be a whole number", "0, must be a port", "8080, must be another port than"})
    void portOfTlsIsOneOfItsOwn(String port, String rule) throws Exception {
        assertRefused(
                run(
                        Map.of("BERTH_GATEWAY_PORT", "8080", "BERTH_GATEWAY_TLS_DIR", folder.toString()),
                        command(GATEWAY, "-Dberth.gateway.tls-port=" + port)),
                "berth.gateway.tls-port is \"" + port + "\": it ",
                rule);
    }

    @Test
    void portWithoutTheRightToItIsSaid() throws Exception {
        List<String> command =
                new ArrayList<>(List.of("setpriv", "--bounding-set=-net_bind_service", "--inh-caps=-net_bind_service"));
        command.addAll(command(GATEWAY, "-Dberth.gateway.port=" + PRIVILEGED));
        assertRefused(
                run(Map.of(), command),
                "berth.gateway.port is \"" + PRIVILEGED + "\": it is a port that this user may not listen on",
                "CAP_NET_BIND_SERVICE");
    }
}
