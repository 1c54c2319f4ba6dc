package dev.berth.chassis.metric;

import dev.berth.protocol.metric.Metric;
import io.prometheus.client.Collector;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What is read of a service's own accounts when somebody asks for metrics. */
public final class Samples {
    private final Map<Metric, List<Collector.MetricFamilySamples.Sample>> all = new EnumMap<>(Metric.class);

    private Samples() {}

    /** @param read called for each question, by any thread */
    public static Collector reading(Consumer<Samples> read) {
        return new Collector() {
            @Override
            public List<MetricFamilySamples> collect() {
                Samples samples = new Samples();
                read.accept(samples);
                return samples.families();
            }
        };
    }

    /** @param labels their values, in the order that the list has */
    public void add(Metric metric, double value, String... labels) {
        put(metric, "", metric.labels, value, labels);
    }

    /**
     * A histogram's.
     *
     * @param bounds of its buckets, the last one {@code +Inf}
     * @param counts of each bucket alone
     */
    public void add(Metric metric, List<String> bounds, long[] counts, double sum, String... labels) {
        List<String> bounded = new ArrayList<>(metric.labels);
        bounded.add("le");
        long count = 0;
        for (int i = 0; i < counts.length; i++) {
            count += counts[i];
            String[] more = java.util.Arrays.copyOf(labels, labels.length + 1);
            more[labels.length] = bounds.get(i);
            put(metric, "_bucket", bounded, count, more);
        }
        put(metric, "_count", metric.labels, count, labels);
        put(metric, "_sum", metric.labels, sum, labels);
    }

    private void put(Metric metric, String end, List<String> names, double value, String... labels) {
        all.computeIfAbsent(metric, one -> new ArrayList<>())
                .add(new Collector.MetricFamilySamples.Sample(metric.text + end, names, List.of(labels), value));
    }

    private List<Collector.MetricFamilySamples> families() {
        return all.entrySet().stream()
                .map(family -> new Collector.MetricFamilySamples(
                        family.getKey().text, type(family.getKey()), family.getKey().help, family.getValue()))
                .toList();
    }

    private static Collector.Type type(Metric metric) {
        return switch (metric.type) {
            case COUNTER -> Collector.Type.COUNTER;
            case GAUGE -> Collector.Type.GAUGE;
            case HISTOGRAM -> Collector.Type.HISTOGRAM;
        };
    }
}
