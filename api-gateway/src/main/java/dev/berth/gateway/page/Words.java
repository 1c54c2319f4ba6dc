package dev.berth.gateway.page;

import dev.berth.gateway.api.Views.VersionView;
import io.quarkus.qute.RawString;
import io.quarkus.qute.TemplateExtension;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** How values read on a page. */
@TemplateExtension
class Words {
    private static final DateTimeFormatter PLAIN = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};

    private Words() {}

    /** A moment; scripts make it an age, and the reader's own time. */
    static RawString ago(Instant time) {
        return new RawString(
                "<time datetime=\"" + time.truncatedTo(ChronoUnit.MILLIS) + "\">" + PLAIN.format(time) + "</time>");
    }

    /** Of a container that has not been started yet the time is 0. */
    static Object agoOrDash(Instant time) {
        return time == null || time.toEpochMilli() == 0 ? "–" : ago(time);
    }

    static String fixed(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    /** What is worth saying of a version in a list. */
    static String cameOfIt(VersionView version) {
        if (version.reason() != null) {
            return version.reason();
        }
        if (version.outcome().equals("rolling")) {
            return version.progress() == null ? "" : version.progress();
        }
        return version.receipt() == null
                ? ""
                : version.receipt().dropped() + " dropped, " + version.receipt().cutAtDeadline() + " cut of "
                        + version.receipt().inFlightAtCutover() + " in flight";
    }

    static String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 || value >= 100 ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
    }

    /** @param millis 0 or more */
    static String took(long millis) {
        if (millis < 1_000) {
            return millis + " ms";
        }
        if (millis < 60_000) {
            return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
        }
        Duration duration = Duration.ofMillis(millis);
        return duration.toHours() > 0
                ? duration.toHours() + " h " + duration.toMinutesPart() + " min"
                : duration.toMinutes() + " min " + duration.toSecondsPart() + " s";
    }
}
