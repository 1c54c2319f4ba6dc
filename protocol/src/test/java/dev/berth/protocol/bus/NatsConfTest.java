package dev.berth.protocol.bus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NatsConfTest {
    /** Written anew by: ./mvnw -pl protocol test -Dtest=NatsConfTest -Dnats.conf=write */
    @Test
    void documentedConfigurationIsThatOfTheTable() throws IOException {
        Path file = Path.of("../docs/nats.conf");
        if ("write".equals(System.getProperty("nats.conf"))) {
            Files.writeString(file, NatsConf.documented());
        }
        assertThat(file).hasContent(NatsConf.documented());
    }

    @ParameterizedTest
    @CsvSource({
        "berth.desired.n1,berth.desired.n1,true",
        "berth.desired.n1,berth.desired.n2,false",
        "berth.observed.*,berth.observed.n1,true",
        "berth.observed.*,berth.observed.n1.x,false",
        "berth.routes.>,berth.routes.head,true",
        "berth.routes.>,berth.routes.app.main.a,true",
        "berth.routes.>,berth.routes,false",
        "berth.logs.*.main.a.>,berth.logs.n1.main.a.c,true",
        "berth.logs.*.main.a.>,berth.logs.n1.main.b.c,false",
        "berth.desired.n1,berth.desired,false"
    })
    void filterNamesTheseSubjects(String filter, String subject, boolean named) {
        assertThat(Subjects.matches(filter, subject)).isEqualTo(named);
    }
}
