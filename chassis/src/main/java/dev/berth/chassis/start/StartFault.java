package dev.berth.chassis.start;

import io.quarkus.runtime.PreventFurtherStepsException;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.Config;

/** What a failed start means to a person. */
final class StartFault {
    /** By which SmallRye marks a text that should be a number, where it keeps no more of the fault than its words. */
    private static final String NO_NUMBER = "SRCFG00029";

    private static final Pattern KEY = Pattern.compile("\\b(berth|quarkus)\\.[\\w.\"-]+");

    private StartFault() {}

    /** Empty where it is none that a person mends by a setting: then the trace is what helps. */
    static Optional<String> sentence(Throwable fault, Config config) {
        List<Throwable> all = new ArrayList<>();
        collect(fault, all);
        for (Throwable each : all) {
            if (each instanceof PreventFurtherStepsException refusal && refusal.getMessage() != null) {
                return Optional.of(refusal.getMessage());
            }
            if (each instanceof UnfitSettingException unfit) {
                return Optional.of(Setting.of(config, unfit.key()).unfit(unfit.rule()));
            }
        }
        return missing(all, config).or(() -> unreadable(all, config));
    }

    private static void collect(Throwable fault, List<Throwable> all) {
        if (fault == null || all.contains(fault)) {
            return;
        }
        all.add(fault);
        collect(fault.getCause(), all);
        for (Throwable beside : fault.getSuppressed()) {
            collect(beside, all);
        }
    }

    private static Optional<String> missing(List<Throwable> all, Config config) {
        return all.stream()
                .flatMap(each -> each instanceof ConfigurationException fault
                        ? fault.getConfigKeys().stream().sorted()
                        : null)
                .map(key -> Setting.of(config, key))
                .filter(setting -> setting.value().isEmpty())
                .map(setting -> setting.unfit("must have a value"))
                .findFirst();
    }

    /** A value that can't be converted is told by a message with its key and itself, above what its converter said. */
    private static Optional<String> unreadable(List<Throwable> all, Config config) {
        for (Throwable each : all.reversed()) {
            String message = Optional.ofNullable(each.getMessage()).orElse("");
            Optional<String> sentence = KEY.matcher(message)
                    .results()
                    .map(key -> Setting.of(config, key.group()))
                    .filter(setting -> setting.value()
                            .filter(value -> message.contains('"' + value + '"'))
                            .isPresent())
                    .map(setting -> setting.unfit(form(each)))
                    .findFirst();
            if (sentence.isPresent()) {
                return sentence;
            }
        }
        return Optional.empty();
    }

    private static String form(Throwable fault) {
        List<Throwable> causes = new ArrayList<>();
        collect(fault, causes);
        if (causes.stream().anyMatch(DateTimeParseException.class::isInstance)) {
            return "must be a duration such as 500ms, 30s, 5m or PT1H";
        }
        if (causes.stream().anyMatch(NumberFormatException.class::isInstance)
                || fault.getMessage().contains(NO_NUMBER)) {
            return "must be a whole number";
        }
        return "can't be read; correct it";
    }
}
