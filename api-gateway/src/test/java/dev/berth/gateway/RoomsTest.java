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
        return List.of("routing", "traffic");
    }

    @Override
    public List<String> exempt() {
        return List.of(
                "api.AppsApi",
                "api.Authentication",
                "api.BerthApi",
                "api.ClusterApi",
                "api.Problems",
                "api.SourcesApi",
                "control.FrontDoor",
                "control.GatewayConfig",
                "control.Output",
                "control.Rollbacks",
                "control.Router",
                "control.Statuses",
                "control.Told");
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
}
