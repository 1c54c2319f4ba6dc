package dev.berth.gateway.control;

import dev.berth.gateway.traffic.Account;
import dev.berth.gateway.traffic.Counts;
import dev.berth.gateway.traffic.LiveFunction;
import dev.berth.gateway.traffic.Refused;
import dev.berth.protocol.metric.Metric;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.prometheus.client.Collector;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/** Has the account of traffic read when somebody asks for metrics. */
@ApplicationScoped
class TrafficMetrics {
    private final Router router;
    private final Clocks clocks;
    private final PrometheusMeterRegistry registry;

    TrafficMetrics(Router router, Clocks clocks, PrometheusMeterRegistry registry) {
        this.router = router;
        this.clocks = clocks;
        this.registry = registry;
    }

    void begin(@Observes StartupEvent event) {
        registry.getPrometheusRegistry().register(new Reading(router.table().account(), clocks::millis));
    }

    /** What the account has, as Prometheus takes it. */
    static final class Reading extends Collector {
        private final Account account;
        private final LongSupplier millis;

        Reading(Account account, LongSupplier millis) {
            this.account = account;
            this.millis = millis;
        }

        @Override
        public List<MetricFamilySamples> collect() {
            Samples samples = new Samples();
            for (LiveFunction function : account.functions()) {
                samples.of(function, millis.getAsLong());
                function.versions().forEach(samples::of);
            }
            for (Refused why : Refused.values()) {
                samples.add(Metric.REFUSED, account.refusals(why), why.word);
            }
            return samples.families();
        }
    }

    private static final class Samples {
        private static final String[] BOUNDS = Arrays.stream(Counts.bounds())
                .mapToObj(Collector::doubleToGoString)
                .toArray(String[]::new);

        private final Map<Metric, List<Collector.MetricFamilySamples.Sample>> all = new EnumMap<>(Metric.class);

        void of(LiveFunction function, long nowMillis) {
            String[] labels = {function.environment, function.app, function.name};
            add(Metric.PARKED, function.parked(), labels);
            add(Metric.PARKED_OLDEST, function.longestParkedMillis(nowMillis) / 1000.0, labels);
        }

        void of(Counts counts) {
            LiveFunction function = counts.function;
            String[] labels = {function.environment, function.app, function.name, String.valueOf(counts.version)};
            add(Metric.IN_FLIGHT, counts.inFlight(), labels);
            for (Counts.By by : Counts.By.values()) {
                for (Counts.CodeClass status : Counts.CodeClass.values()) {
                    add(Metric.REQUESTS, counts.answers(by, status), more(labels, status.word, lower(by)));
                }
            }
            for (Counts.Unfinished how : Counts.Unfinished.values()) {
                add(Metric.UNFINISHED, counts.unfinishedSoFar(how), more(labels, lower(how)));
            }
            durations(counts, labels);
        }

        private void durations(Counts counts, String... labels) {
            long[] durations = counts.durations();
            List<String> bounded = new ArrayList<>(Metric.REQUEST_DURATION.labels);
            bounded.add("le");
            long sum = 0;
            for (int i = 0; i < durations.length; i++) {
                sum += durations[i];
                put(Metric.REQUEST_DURATION, "_bucket", bounded, sum, more(labels, BOUNDS[i]));
            }
            put(Metric.REQUEST_DURATION, "_count", Metric.REQUEST_DURATION.labels, sum, labels);
            put(Metric.REQUEST_DURATION, "_sum", Metric.REQUEST_DURATION.labels, counts.seconds(), labels);
        }

        private static String lower(Enum<?> word) {
            return word.name().toLowerCase(Locale.ROOT);
        }

        private static String[] more(String[] labels, String... others) {
            String[] both = Arrays.copyOf(labels, labels.length + others.length);
            System.arraycopy(others, 0, both, labels.length, others.length);
            return both;
        }

        void add(Metric metric, double value, String... labels) {
            put(metric, "", metric.labels, value, labels);
        }

        private void put(Metric metric, String end, List<String> names, double value, String... labels) {
            all.computeIfAbsent(metric, one -> new ArrayList<>())
                    .add(new Collector.MetricFamilySamples.Sample(metric.text + end, names, List.of(labels), value));
        }

        List<Collector.MetricFamilySamples> families() {
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
}
