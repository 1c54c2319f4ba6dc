package dev.berth.e2e;

import java.time.Duration;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Where the time of the whole-system tests goes: the seconds of each, the longest first, when all have ended. */
public final class Seconds implements TestExecutionListener {
    private final Map<String, Long> begun = new ConcurrentHashMap<>();
    private final Map<String, Duration> took = new ConcurrentHashMap<>();

    @Override
    public void executionStarted(TestIdentifier test) {
        begun.put(test.getUniqueId(), System.nanoTime());
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (test.isTest()) {
            String name = test.getSource()
                    .filter(MethodSource.class::isInstance)
                    .map(MethodSource.class::cast)
                    .map(method -> method.getJavaClass().getSimpleName() + "." + method.getMethodName())
                    .orElse("");
            took.put(
                    name + " " + test.getDisplayName().replace(name.substring(name.indexOf('.') + 1) + "()", ""),
                    Duration.ofNanos(System.nanoTime() - begun.get(test.getUniqueId())));
        }
    }

    @Override
    public void testPlanExecutionFinished(TestPlan plan) {
        took.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .forEach(test -> System.out.printf(
                        Locale.ROOT, "%7.1f s  %s%n", test.getValue().toMillis() / 1000.0, test.getKey()));
    }
}
