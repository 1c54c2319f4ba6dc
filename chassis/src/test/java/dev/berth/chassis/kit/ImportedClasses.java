package dev.berth.chassis.kit;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A service's classes, read once for all rules: with what they reach in libraries that takes about a second. */
final class ImportedClasses {
    private static final Map<String, JavaClasses> BY_ROOT = new ConcurrentHashMap<>();

    private ImportedClasses() {}

    static JavaClasses of(String root) {
        return BY_ROOT.computeIfAbsent(
                root,
                name -> new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages(name));
    }
}
