package dev.berth.chassis.kit;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What a service reads from its configuration, for the tests that pin it: keys are part of what operators rely on. */
public final class ConfigKeys {
    private ConfigKeys() {}

    /**
     * The keys that a config's producer asks for.
     *
     * @param config the record; its nested class Source has the producer
     * @return each key with its default; "-" where it has none
     */
    public static Map<String, String> of(Class<?> config) {
        Map<String, String> keys = new TreeMap<>();
        Method producer = Arrays.stream(config.getDeclaredClasses())
                .filter(nested -> nested.getSimpleName().equals("Source"))
                .flatMap(source -> Arrays.stream(source.getDeclaredMethods()))
                .filter(method -> method.getReturnType() == config)
                .findFirst()
                .orElseThrow();
        Arrays.stream(producer.getParameters())
                .map(parameter -> parameter.getAnnotation(ConfigProperty.class))
                .forEach(key -> keys.put(
                        key.name(),
                        key.defaultValue().equals(ConfigProperty.UNCONFIGURED_VALUE) ? "-" : key.defaultValue()));
        return keys;
    }
}
