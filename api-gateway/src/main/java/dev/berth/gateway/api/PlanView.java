package dev.berth.gateway.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.berth.gateway.status.ContainerStatus;
import dev.berth.protocol.v1.AppRef;
import dev.berth.protocol.v1.PlanReply;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What a deploy would do: what changes in the spec, and which containers it would cycle. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PlanView(
        String environment,
        String app,
        boolean identical,
        Integer currentVersion,
        int nextVersion,
        List<String> changes,
        List<String> cycles,
        List<Views.FunctionView> functions) {

    static PlanView of(AppRef app, PlanReply plan, List<ContainerStatus> containers, Function<String, String> url) {
        boolean isNew = !plan.hasCurrent();
        List<String> changes = isNew
                ? plan.getProposed().getFunctionsList().stream()
                        .map(function -> "+ function " + function.getName())
                        .toList()
                : SpecChanges.between(plan.getCurrent().getSpec(), plan.getProposed());
        List<String> cycles = plan.getIdentical()
                ? List.of()
                : containers.stream()
                        .map(container -> container.id() + " (" + container.function() + " v" + container.version()
                                + " on " + container.node() + ")")
                        .toList();
        int current = isNew ? 0 : plan.getCurrent().getVersion();
        return new PlanView(
                app.getEnvironment(),
                app.getApp(),
                plan.getIdentical(),
                isNew ? null : current,
                plan.getIdentical() ? current : current + 1,
                changes,
                cycles,
                Views.functions(app.getEnvironment(), plan.getProposed(), Map.of(), url));
    }
}
