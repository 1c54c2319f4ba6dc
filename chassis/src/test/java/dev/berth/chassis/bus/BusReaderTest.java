package dev.berth.chassis.bus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.chassis.kit.Heard;
import dev.berth.protocol.v1.GatewayStatus;
import java.util.List;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;

class BusReaderTest {
    private static final BusReader.Parser<String> INCARNATION = message -> {
        GatewayStatus status = GatewayStatus.parseFrom(message.body());
        message.mustBeOf(status.getGateway());
        return status.getIncarnation();
    };

    private final BusReader reader = new BusReader(Logger.getLogger(BusReaderTest.class));

    private static BusMessage said(String subject, String gateway) {
        return BusMessage.of(
                subject,
                GatewayStatus.newBuilder()
                        .setGateway(gateway)
                        .setIncarnation("i")
                        .build());
    }

    private static BusMessage garbage(String subject) {
        return new BusMessage(subject, "{\"stream\":\"BERTH_LOGS\"}".getBytes(UTF_8));
    }

    @Test
    void badMessagesAreLeftOutAndSaidOnceUntilAGoodOneComes() {
        try (Heard heard = Heard.by(BusReaderTest.class)) {
            for (int i = 0; i < 3; i++) {
                assertThat(reader.read(said("berth.gateway.a", "b"), INCARNATION))
                        .isEmpty();
                assertThat(reader.read(garbage("berth.gateway.c"), INCARNATION)).isEmpty();
            }
            assertThat(heard.warnings())
                    .satisfiesExactlyInAnyOrder(
                            other -> assertThat(other).contains("berth.gateway.a", "of \"b\"", "as of \"a\""),
                            broken -> assertThat(broken).contains("berth.gateway.c"));
            assertThat(reader.read(said("berth.gateway.a", "a"), INCARNATION)).contains("i");
            assertThat(reader.read(garbage("berth.gateway.c"), INCARNATION)).isEmpty();
            assertThat(heard.warnings()).hasSize(2);
            assertThat(reader.read(garbage("berth.gateway.a"), INCARNATION)).isEmpty();
            assertThat(heard.warnings()).hasSize(3);
        }
    }

    @Test
    void whoInventsNamesFillsNeitherTheMemoryNorTheLog() {
        try (Heard heard = Heard.by(BusReaderTest.class)) {
            for (int i = 0; i < 300; i++) {
                assertThat(reader.read(garbage("berth.gateway.g" + i), INCARNATION))
                        .isEmpty();
            }
            assertThat(heard.warnings()).hasSize(100);
        }
    }

    @Test
    void onlyTheWholeNamesAtTheEndOfTheSubjectAreItsOwn() {
        BusMessage message = said("berth.app.main.shop", "");
        message.mustBeOf("main", "shop");
        message.mustBeOf("shop");
        for (List<String> others : List.of(
                List.of("main", "sho"),
                List.of("shop", "main"),
                List.of("main.shop"),
                List.of(""),
                List.of("main", ""),
                List.of("berth", "app", "main", "shop", ""))) {
            assertThat(org.assertj.core.api.Assertions.catchThrowable(
                            () -> message.mustBeOf(others.toArray(String[]::new))))
                    .as("%s", others)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
