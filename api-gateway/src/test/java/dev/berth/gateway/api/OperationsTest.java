package dev.berth.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.protocol.v1.BerthGrpc;
import io.grpc.MethodDescriptor;
import jakarta.ws.rs.HttpMethod;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What REST can do, gRPC can, and the other way round. */
class OperationsTest {
    /** By resource and method of REST; an answer of REST may be made of several calls. */
    private static final Map<String, List<String>> CALLS = new TreeMap<>(Map.ofEntries(
            Map.entry("AppsApi.list", List.of("ListApps", "ListStatuses")),
            Map.entry("AppsApi.get", List.of("GetApp", "GetStatus", "GetVersion")),
            Map.entry("AppsApi.stop", List.of("StopApp")),
            Map.entry("AppsApi.deploy", List.of("Deploy")),
            Map.entry("AppsApi.plan", List.of("Plan", "ListContainers")),
            Map.entry("AppsApi.versions", List.of("ListVersions", "ListRollouts")),
            Map.entry("AppsApi.version", List.of("GetVersion", "GetRollout")),
            Map.entry("AppsApi.changes", List.of("GetVersion")),
            Map.entry("AppsApi.rollback", List.of("Rollback")),
            Map.entry("AppsApi.rollover", List.of("Rollover")),
            Map.entry("AppsApi.containers", List.of("ListContainers")),
            Map.entry("LogsApi.logs", List.of("Logs")),
            Map.entry("ClusterApi.environments", List.of("ListEnvironments")),
            Map.entry("ClusterApi.createEnvironment", List.of("CreateEnvironment")),
            Map.entry("ClusterApi.deleteEnvironment", List.of("DeleteEnvironment")),
            Map.entry("ClusterApi.containers", List.of("ListContainers")),
            Map.entry("ClusterApi.tokens", List.of("ListTokens")),
            Map.entry("ClusterApi.createToken", List.of("CreateToken")),
            Map.entry("ClusterApi.revokeToken", List.of("RevokeToken")),
            Map.entry("ClusterApi.nodes", List.of("ListNodes")),
            Map.entry("SourcesApi.find", List.of("FindSource")),
            Map.entry("SourcesApi.upload", List.of("PutSourceChunk", "CompleteSource", "DropSource"))));

    private static boolean isOperation(Method method) {
        return Arrays.stream(method.getAnnotations())
                .anyMatch(annotation -> annotation.annotationType().isAnnotationPresent(HttpMethod.class));
    }

    @Test
    void everyOperationOfRestIsOneOfGrpc() {
        Set<String> rest = Stream.of(AppsApi.class, ClusterApi.class, LogsApi.class, SourcesApi.class)
                .flatMap(api -> Arrays.stream(api.getDeclaredMethods())
                        .filter(OperationsTest::isOperation)
                        .map(method -> api.getSimpleName() + "." + method.getName()))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(rest).isEqualTo(CALLS.keySet());
        Set<String> calls = CALLS.values().stream().flatMap(List::stream).collect(Collectors.toSet());
        Set<String> grpc = BerthGrpc.getServiceDescriptor().getMethods().stream()
                .map(MethodDescriptor::getBareMethodName)
                .collect(Collectors.toSet());
        assertThat(grpc).isEqualTo(calls);
    }
}
