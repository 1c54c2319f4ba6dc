package dev.berth.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusTest {
    @TempDir
    Path folder;

    private Home home() {
        return new Home(folder, folder);
    }

    private void part(String name, Pid pid, int port) throws IOException {
        Path file = home().folder("run").resolve(name + ".pid");
        pid.write(file);
        new PartFile(port, Optional.empty()).write(PartFile.of(file));
    }

    @Test
    void partIsReadyWhenItAnswersStartingUntilThenAndEndedWithItsProcess() throws IOException {
        Pid alive = Pid.of(ProcessHandle.current().pid());
        Pid gone = new Pid(alive.number(), "1");
        try (ServerSocket answers = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            part("gateway-10", alive, answers.getLocalPort());
            // Nobody listens on port 1.
            part("gateway-9", alive, 1);
            part("nats", gone, 4222);
            part("postgres", alive, answers.getLocalPort());
            assertThat(Status.of(home()))
                    .containsExactly(
                            new Status(
                                    "postgres",
                                    Optional.of(alive.number()),
                                    answers.getLocalPort(),
                                    Status.State.READY),
                            new Status("nats", Optional.empty(), 4222, Status.State.ENDED),
                            new Status("gateway-9", Optional.of(alive.number()), 1, Status.State.STARTING),
                            new Status(
                                    "gateway-10",
                                    Optional.of(alive.number()),
                                    answers.getLocalPort(),
                                    Status.State.READY));
        }
    }

    @Test
    void whatAllEndedIsNotRunning() throws IOException {
        part("nats", new Pid(1, "1"), 4222);
        assertThat(Status.of(home())).isEmpty();
    }
}
