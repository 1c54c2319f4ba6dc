package dev.berth.agent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.berth.chassis.kit.RoomsContract;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoomsTest implements RoomsContract {
    @Override
    public String root() {
        return "dev.berth.agent";
    }

    @Override
    public List<String> nouns() {
        return List.of("host", "container");
    }

    @Test
    void loopKnowsNeitherTheBusNorItsMessages() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.berth.agent.control..", "dev.berth.agent.runtime..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.berth.agent.bus..", "dev.berth.protocol.v1..", "com.google.protobuf..")
                .check(new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("dev.berth.agent"));
    }
}
