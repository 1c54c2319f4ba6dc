package dev.berth.chassis.kit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which room of a service may know which: the map in CONTRIBUTING.md. Every service runs it on its own classes. */
public interface RoomsContract {
    /** The service's package. */
    String root();

    /** Its packages that are nouns. */
    List<String> nouns();

    /**
     * Classes that are not held to the arrows, to the messages at the edges and to the rule on cycles yet, as
     * {@code control.Router}; those inside them neither.
     */
    default List<String> exempt() {
        return List.of();
    }

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

    private DescribedPredicate<JavaClass> messages() {
        return JavaClass.Predicates.resideInAnyPackage(rooms("client"))
                .and(JavaClass.Predicates.simpleNameEndingWith("Messages"));
    }

    private static DescribedPredicate<JavaClass> nothing() {
        return DescribedPredicate.alwaysFalse();
    }

    private DescribedPredicate<JavaClass> held() {
        Set<String> names = exempt().stream().map(name -> root() + "." + name).collect(Collectors.toSet());
        return DescribedPredicate.describe(
                "are not exempt",
                one -> names.stream()
                        .noneMatch(name ->
                                one.getName().equals(name) || one.getName().startsWith(name + "$")));
    }

    /**
     * api, page, bus, proxy → control → store, client, runtime → nouns; and api → store for a plain read, api → client for
     * a call that is passed on as it is, page → api, so that a page says what the API says. A message that is heard and asked for alike is read in one place: bus may use
     * the {@code …Messages} of client, which are no I/O.
     */
    @Test
    default void arrowsBetweenRoomsPointOneWay() {
        Map<String, Set<String>> known = Map.of(
                "api", Set.of("control", "store", "client"),
                "page", Set.of("api", "control"),
                "bus", Set.of("control"),
                "proxy", Set.of("control"),
                "control", Set.of("store", "client", "runtime"),
                "store", Set.of(),
                "client", Set.of(),
                "runtime", Set.of());
        List<ArchRule> rules = known.keySet().stream()
                .sorted()
                .<ArchRule>map(room -> {
                    String[] unknown = known.keySet().stream()
                            .filter(other ->
                                    !other.equals(room) && !known.get(room).contains(other))
                            .sorted()
                            .toArray(String[]::new);
                    return noClasses()
                            .that()
                            .resideInAnyPackage(rooms(room))
                            .and(held())
                            .should()
                            .dependOnClassesThat(JavaClass.Predicates.resideInAnyPackage(rooms(unknown))
                                    .and(DescribedPredicate.not(room.equals("bus") ? messages() : nothing())))
                            .allowEmptyShould(true);
                })
                .toList();
        CompositeArchRule.of(rules).check(classes());
    }

    @Test
    default void messagesStayAtTheEdges() {
        noClasses()
                .that()
                .resideInAPackage(root() + "..")
                .and()
                .resideOutsideOfPackages(rooms("api", "page", "bus", "client", "store"))
                .and(held())
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.berth.protocol.v1..", "com.google.protobuf..")
                .check(classes());
    }

    @Test
    default void packagesAreFreeOfCycles() {
        slices().matching(root() + ".(*)..")
                .should()
                .beFreeOfCycles()
                .ignoreDependency(DescribedPredicate.not(held()), DescribedPredicate.alwaysTrue())
                .check(classes());
    }

    @Test
    default void noServiceKnowsAnother() {
        noClasses()
                .that()
                .resideInAPackage(root() + "..")
                .should()
                .dependOnClassesThat(JavaClass.Predicates.resideInAPackage("dev.berth..")
                        .and(DescribedPredicate.not(JavaClass.Predicates.resideInAnyPackage(
                                root() + "..", "dev.berth.protocol..", "dev.berth.chassis.."))))
                .check(classes());
    }
}
