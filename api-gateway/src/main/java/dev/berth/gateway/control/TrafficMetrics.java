package dev.berth.gateway.control;

import dev.berth.chassis.metric.Samples;
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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Has the account of traffic read when somebody asks for metrics. */
@ApplicationScoped
class TrafficMetrics {
    private static final List<String> BOUNDS =
            Arrays.stream(Counts.bounds()).mapToObj(Collector::doubleToGoString).toList();

    private final Router router;
    private final Clocks clocks;
    private final PrometheusMeterRegistry registry;

    TrafficMetrics(Router router, Clocks clocks, PrometheusMeterRegistry registry) {
        this.router = router;
        this.clocks = clocks;
        this.registry = registry;
    }

    void begin(@Observes StartupEvent event) {
        registry.getPrometheusRegistry().register(reading(router.table().account(), clocks::millis));
    }

    /** What the account has, as Prometheus takes it. */
    static Collector reading(Account account, LongSupplier millis) {
        return Samples.reading(to -> {
            for (LiveFunction function : account.functions()) {
                read(function, millis.getAsLong(), to);
                function.versions().forEach(counts -> read(counts, to));
            }
            for (Refused why : Refused.values()) {
                to.add(Metric.REFUSED, account.refusals(why), why.word);
            }
        });
    }

    private static void read(LiveFunction function, long nowMillis, Samples to) {
        String[] labels = {function.environment, function.app, function.name};
        to.add(Metric.PARKED, function.parked(), labels);
        to.add(Metric.PARKED_OLDEST, function.longestParkedMillis(nowMillis) / 1000.0, labels);
    }

    private static void read(Counts counts, Samples to) {
        LiveFunction function = counts.function;
        String[] labels = {function.environment, function.app, function.name, String.valueOf(counts.version)};
        to.add(Metric.IN_FLIGHT, counts.inFlight(), labels);
        for (Counts.By by : Counts.By.values()) {
            for (Counts.CodeClass status : Counts.CodeClass.values()) {
                to.add(Metric.REQUESTS, counts.answers(by, status), more(labels, status.word, lower(by)));
            }
        }
        for (Counts.Unfinished how : Counts.Unfinished.values()) {
            to.add(Metric.UNFINISHED, counts.unfinishedSoFar(how), more(labels, lower(how)));
        }
        to.add(Metric.REQUEST_DURATION, BOUNDS, counts.durations(), counts.seconds(), labels);
    }

    private static String lower(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }

    private static String[] more(String[] labels, String... others) {
        String[] both = Arrays.copyOf(labels, labels.length + others.length);
        System.arraycopy(others, 0, both, labels.length, others.length);
        return both;
    }
}
