package dev.berth.chassis.kit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which room of a service may know which: the map in CONTRIBUTING.md. Every service runs it on its own classes. */
public interface RoomsContract {
    /** The service's package. */
    String root();

    /** Its packages that are nouns. */
    List<String> nouns();

    private JavaClasses classes() {
        return ImportedClasses.of(root());
    }

    private String[] rooms(String... names) {
        return Arrays.stream(names).map(name -> root() + "." + name + "..").toArray(String[]::new);
    }

    private String[] ofNouns() {
        return rooms(nouns().toArray(String[]::new));
    }

    @Test
    default void nounsArePure() {
        String[] own = Stream.concat(
                        Arrays.stream(ofNouns()),
                        Stream.of(
                                "java.lang..",
                                "java.util..",
                                "java.time..",
                                "java.math..",
                                "java.nio.charset..",
                                "java.security..",
                                "dev.berth.protocol.name..",
                                "dev.berth.protocol.manifest.."))
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAnyPackage(ofNouns())
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(own)
                .check(classes());
    }

    @Test
    default void nounsReadNoClock() {
        noClasses()
                .that()
                .resideInAnyPackage(ofNouns())
                .should()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .check(classes());
    }

    @Test
    default void nobodyReachesBackToWhoCallsThem() {
        noClasses()
                .that()
                .resideInAnyPackage(rooms("store", "client", "runtime", "proxy"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(rooms("control", "api", "bus"))
                .allowEmptyShould(true)
                .check(classes());
        noClasses()
                .that()
                .resideInAnyPackage(rooms("control"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(rooms("api"))
                .check(classes());
    }

    @Test
    default void noServiceKnowsAnother() {
        noClasses()
                .that()
                .resideInAPackage(root() + "..")
                .should()
                .dependOnClassesThat(
                        com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage("dev.berth..")
                                .and(com.tngtech.archunit.base.DescribedPredicate.not(
                                        com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage(
                                                root() + "..", "dev.berth.protocol..", "dev.berth.chassis.."))))
                .check(classes());
    }
}
