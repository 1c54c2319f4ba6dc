package dev.berth.gateway.page;

import dev.berth.gateway.api.Views.ContainerView;
import dev.berth.gateway.api.Views.FunctionView;
import dev.berth.gateway.api.Views.VersionView;
import java.util.List;

/**
 * A function as its app's page lists it.
 *
 * @param ready of its containers, those that serve
 * @param wanted how many there should be
 */
public record FunctionRow(FunctionView function, long ready, long wanted) {
    /** @param serves whether the version does; of another one nothing is wanted */
    static List<FunctionRow> of(VersionView version, boolean serves, List<ContainerView> containers) {
        return version.functions().stream()
                .map(function -> {
                    List<ContainerView> own = containers.stream()
                            .filter(container -> container.version() == version.version()
                                    && container.function().equals(function.name()))
                            .toList();
                    long ready = own.stream()
                            .filter(container -> container.state().equals("ready"))
                            .count();
                    return new FunctionRow(
                            function, ready, serves ? Math.max(function.minContainers(), own.size()) : 0);
                })
                .toList();
    }
}
