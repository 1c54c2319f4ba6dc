package dev.berth.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.berth.chassis.kit.RoomsContract;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoomsTest implements RoomsContract {
    @Override
    public String root() {
        return "dev.berth.gateway";
    }

    @Override
    public List<String> nouns() {
        return List.of("routing", "traffic", "status");
    }

    /** The time of day can step; whoever needs it is given it by {@code control.Clocks}. */
    @Test
    void timeOfDayIsReadInOnePlace() {
        noClasses()
                .that()
                .resideInAPackage("dev.berth.gateway..")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .check(new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("dev.berth.gateway"));
    }

    /** The grammar of HTTP goes by bytes alone: without channels, and without another's HTTP. */
    @Test
    void grammarOfHttpKnowsBuffersAlone() {
        noClasses()
                .that()
                .resideInAPackage("dev.berth.gateway.proxy.http..")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(
                        "dev.berth.gateway.proxy.http..",
                        "java.lang..",
                        "java.util..",
                        "java.nio.charset..",
                        "io.netty.buffer..",
                        "io.netty.util..")
                .check(new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("dev.berth.gateway.proxy.http"));
    }
}
