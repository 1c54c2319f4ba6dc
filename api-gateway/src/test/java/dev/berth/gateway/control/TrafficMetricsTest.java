package dev.berth.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.traffic.Account;
import dev.berth.gateway.traffic.Counts;
import dev.berth.gateway.traffic.LiveFunction;
import dev.berth.gateway.traffic.Refused;
import dev.berth.protocol.metric.Metric;
import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TrafficMetricsTest {
    private final Account account = new Account();
    private final CollectorRegistry registry = new CollectorRegistry();

    TrafficMetricsTest() {
        registry.register(TrafficMetrics.reading(account, () -> 5_500));
    }

    private List<String> text() throws IOException {
        StringWriter text = new StringWriter();
        TextFormat.write004(text, registry.metricFamilySamples());
        return text.toString().lines().toList();
    }

    @Test
    void accountIsReadInFull() throws IOException {
        LiveFunction web = account.function("main", "app", "web");
        Counts counts = web.counts(7);
        counts.answered(200, Counts.By.APP, TimeUnit.MILLISECONDS.toNanos(3));
        counts.answered(503, Counts.By.GATEWAY, TimeUnit.MILLISECONDS.toNanos(1_500));
        counts.unfinished(Counts.Unfinished.ABANDONED);
        web.park(() -> {}, 3_000, 10);
        account.refused(Refused.PARK_TIMEOUT);
        String function = "environment=\"main\",app=\"app\",function=\"web\",";
        String version = function + "version=\"7\",";
        assertThat(text())
                .contains(
                        "# TYPE berth_gateway_requests_total counter",
                        "berth_gateway_requests_total{" + version + "code_class=\"2xx\",by=\"app\",} 1.0",
                        "berth_gateway_requests_total{" + version + "code_class=\"5xx\",by=\"gateway\",} 1.0",
                        "berth_gateway_requests_total{" + version + "code_class=\"4xx\",by=\"app\",} 0.0",
                        "# TYPE berth_gateway_request_duration_seconds histogram",
                        "berth_gateway_request_duration_seconds_bucket{" + version + "le=\"0.002\",} 0.0",
                        "berth_gateway_request_duration_seconds_bucket{" + version + "le=\"0.004\",} 1.0",
                        "berth_gateway_request_duration_seconds_bucket{" + version + "le=\"1.024\",} 1.0",
                        "berth_gateway_request_duration_seconds_bucket{" + version + "le=\"2.048\",} 2.0",
                        "berth_gateway_request_duration_seconds_bucket{" + version + "le=\"+Inf\",} 2.0",
                        "berth_gateway_request_duration_seconds_count{" + version + "} 2.0",
                        "berth_gateway_request_duration_seconds_sum{" + version + "} 1.503",
                        "berth_gateway_unfinished_requests_total{" + version + "how=\"abandoned\",} 1.0",
                        "berth_gateway_in_flight_requests{" + version + "} 0.0",
                        "berth_gateway_parked_requests{" + function + "} 1.0",
                        "berth_gateway_parked_oldest_seconds{" + function + "} 2.5",
                        "berth_gateway_refused_total{reason=\"park-timeout\",} 1.0",
                        "berth_gateway_refused_total{reason=\"fault\",} 0.0");
    }

    /** Names and labels are a contract. */
    @Test
    void whatIsReadIsNamedAndLabelledAsTheListSays() {
        account.function("main", "app", "web").counts(1);
        List<Collector.MetricFamilySamples> families =
                TrafficMetrics.reading(account, () -> 0).collect();
        assertThat(families).hasSize(7);
        for (Collector.MetricFamilySamples family : families) {
            String name = family.name + (family.type == Collector.Type.COUNTER ? "_total" : "");
            Metric metric = Arrays.stream(Metric.values())
                    .filter(one -> one.text.equals(name))
                    .findAny()
                    .orElseThrow();
            for (Collector.MetricFamilySamples.Sample sample : family.samples) {
                assertThat(sample.name).startsWith(metric.text);
                assertThat(sample.labelNames.stream()
                                .filter(label -> !label.equals("le"))
                                .toList())
                        .isEqualTo(metric.labels);
            }
        }
    }
}
