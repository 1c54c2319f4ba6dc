package dev.berth.registry.app;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations and amounts of memory as people write them. */
final class Quantity {
    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,6})?)\\s*([A-Za-z]+)");
    private static final Map<String, Long> MILLIS =
            Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);
    private static final Map<String, Long> BYTES = Map.of(
            "B",
            1L,
            "KB",
            1_000L,
            "MB",
            1_000_000L,
            "GB",
            1_000_000_000L,
            "TB",
            1_000_000_000_000L,
            "KiB",
            1L << 10,
            "MiB",
            1L << 20,
            "GiB",
            1L << 30,
            "TiB",
            1L << 40);

    private Quantity() {}

    static Optional<Duration> duration(String text) {
        return read(text, MILLIS).map(Duration::ofMillis);
    }

    static Optional<Long> bytes(String text) {
        return read(text, BYTES);
    }

    /** A whole number of the largest unit that it is a multiple of. */
    static String show(long bytes) {
        for (String unit : List.of("TiB", "GiB", "MiB", "KiB")) {
            if (bytes % BYTES.get(unit) == 0) {
                return bytes / BYTES.get(unit) + unit;
            }
        }
        return bytes + "B";
    }

    private static Optional<Long> read(String text, Map<String, Long> units) {
        Matcher matcher = NUMBER_AND_UNIT.matcher(text.strip());
        if (!matcher.matches() || !units.containsKey(matcher.group(2))) {
            return Optional.empty();
        }
        BigDecimal amount = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(units.get(matcher.group(2))));
        return amount.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0
                ? Optional.empty()
                : Optional.of(amount.longValue());
    }
}
