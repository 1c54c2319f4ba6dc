package dev.berth.chassis.metric;

import dev.berth.protocol.metric.Metric;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.stream.IntStream;

/** Counts what happens now and then; what happens with each request is counted in an account, see {@link Samples}. */
public final class Meters {
    /** 1 ms, 4 ms and so on to 70 minutes. */
    private static final Duration[] BOUNDS =
            IntStream.range(0, 12).mapToObj(i -> Duration.ofMillis(1L << 2 * i)).toArray(Duration[]::new);

    private final MeterRegistry registry;

    public Meters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** @param labels their values, in the order that the list has */
    public void count(Metric counter, String... labels) {
        registry.counter(counter.text, tags(counter, labels)).increment();
    }

    public void took(Metric histogram, Duration time, String... labels) {
        Timer.builder(histogram.text)
                .description(histogram.help)
                .tags(tags(histogram, labels))
                .serviceLevelObjectives(BOUNDS)
                .register(registry)
                .record(time);
    }

    private static Iterable<Tag> tags(Metric metric, String... labels) {
        if (labels.length != metric.labels.size()) {
            throw new IllegalArgumentException(metric + " has the labels " + metric.labels);
        }
        return IntStream.range(0, labels.length)
                .mapToObj(i -> Tag.of(metric.labels.get(i), labels[i]))
                .toList();
    }
}
