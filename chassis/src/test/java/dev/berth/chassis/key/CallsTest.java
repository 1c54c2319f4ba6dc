package dev.berth.chassis.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.protocol.key.Calls;
import dev.berth.protocol.key.PartKey;
import dev.berth.protocol.v1.RegistryGrpc;
import dev.berth.protocol.v1.SchedulerGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** P10 by gRPC: every call of the two services, by every part, with every key. */
class CallsTest {
    private static final String REGISTRY = "the registry's own";
    private static final String SCHEDULER = "the scheduler's own";
    private static final List<String> PARTS =
            List.of("registry", "scheduler", "gateway", "agent-n1", "agent-n2", "nobody", "agent", "");

    /** Who may call what, once more and by hand: G gateways, S schedulers, A agents. */
    private static final Map<String, String> WHO = new HashMap<>();

    static {
        for (String call : List.of(
                "Deploy",
                "Plan",
                "Rollback",
                "Rollover",
                "StopApp",
                "ListApps",
                "ListEnvironments",
                "CreateEnvironment",
                "DeleteEnvironment",
                "PutSourceChunk",
                "CompleteSource",
                "DropSource",
                "Authenticate",
                "CreateToken",
                "ListTokens",
                "RevokeToken")) {
            WHO.put("berth.v1.Registry/" + call, "G");
        }
        WHO.putAll(Map.of(
                "berth.v1.Registry/GetApp",
                "GS",
                "berth.v1.Registry/ListVersions",
                "GS",
                "berth.v1.Registry/GetVersion",
                "GS",
                "berth.v1.Registry/ListAllApps",
                "S",
                "berth.v1.Registry/ReportLive",
                "S",
                "berth.v1.Registry/FindSource",
                "GA",
                "berth.v1.Registry/GetSourceChunk",
                "A",
                "berth.v1.Registry/GetContainerSpec",
                "A"));
        for (String call : List.of("ListRollouts", "GetRoutes")) {
            WHO.put("berth.v1.Scheduler/" + call, "G");
        }
    }

    private static Stream<MethodDescriptor<?, ?>> calls() {
        return Stream.of(RegistryGrpc.getServiceDescriptor(), SchedulerGrpc.getServiceDescriptor())
                .map(ServiceDescriptor::getMethods)
                .flatMap(methods -> methods.stream());
    }

    private static String own(MethodDescriptor<?, ?> call) {
        return call.getServiceName().equals("berth.v1.Registry") ? REGISTRY : SCHEDULER;
    }

    private static Status.Code answer(MethodDescriptor<?, ?> call, Metadata headers) {
        return Served.answer(new ClusterKeyServer(Optional.of(own(call))), call, headers);
    }

    private static Metadata headers(String part, String key) {
        Metadata headers = new Metadata();
        headers.put(ClusterKeyClient.PART, part);
        headers.put(ClusterKeyClient.KEY, key);
        return headers;
    }

    @Test
    void eachPartCallsWhatItNeedsAndNothingElse() {
        Set<String> seen = new HashSet<>();
        calls().forEach(call -> {
            String who = WHO.getOrDefault(call.getFullMethodName(), "");
            assertThat(who).as("who may call " + call.getFullMethodName()).isNotEmpty();
            seen.add(call.getFullMethodName());
            for (String part : PARTS) {
                boolean may = part.equals("gateway") && who.contains("G")
                        || part.equals("scheduler") && who.contains("S")
                        || part.startsWith("agent-") && who.contains("A");
                assertThat(answer(call, headers(part, PartKey.of(own(call), part))))
                        .as(part + " calls " + call.getFullMethodName())
                        .isEqualTo(may ? Status.Code.OK : Status.Code.PERMISSION_DENIED);
            }
        });
        assertThat(seen).isEqualTo(WHO.keySet());
    }

    @Test
    void keyOfOnePartIsNoOthersAndOneServicesKeyIsNotTheOthers() {
        calls().forEach(call -> {
            List<Metadata> wrong = new ArrayList<>(List.of(
                    new Metadata(),
                    headers("gateway", ""),
                    headers("gateway", PartKey.of(own(call), "agent-n1")),
                    headers("agent-n1", PartKey.of(own(call), "agent-n2")),
                    headers("gateway", own(call))));
            String other = own(call).equals(REGISTRY) ? SCHEDULER : REGISTRY;
            PARTS.forEach(part -> wrong.add(headers(part, PartKey.of(other, part))));
            for (Metadata headers : wrong) {
                assertThat(answer(call, headers)).isEqualTo(Status.Code.UNAUTHENTICATED);
            }
        });
    }

    @Test
    void serviceWithoutAKeyOfItsOwnSaysWhichSettingIsMissing() {
        assertThatThrownBy(() -> new ClusterKeyServer(Optional.empty()))
                .hasMessageContaining("BERTH_KEY_OWN is missing");
    }

    @Test
    void clientShowsItsOwnNameAndTheKeyOfTheServiceThatItCalls() {
        Map<ClusterKeyClient, String> clients = Map.of(
                client("api-gateway", "", "gateway"),
                "gateway",
                client("node-agent", "n1", "agent-n1"),
                "agent-n1",
                client("scheduler-service", "", "scheduler"),
                "scheduler");
        clients.forEach((client, part) -> calls().forEach(call -> {
            Metadata sent = Sent.by(client, call);
            assertThat(sent.get(ClusterKeyClient.PART)).isEqualTo(part);
            assertThat(answer(call, sent))
                    .isEqualTo(
                            Calls.may(part, call.getServiceName(), call.getBareMethodName())
                                    ? Status.Code.OK
                                    : Status.Code.PERMISSION_DENIED);
        }));
    }

    private static ClusterKeyClient client(String module, String node, String part) {
        return new ClusterKeyClient(
                module,
                Optional.of(node),
                Optional.of(PartKey.of(REGISTRY, part)),
                Optional.of(PartKey.of(SCHEDULER, part)));
    }

    /** A call as a server sees it. */
    private static final class Served<Q, A> extends ServerCall<Q, A> {
        private final MethodDescriptor<Q, A> method;
        private Status.Code closed;

        private Served(MethodDescriptor<Q, A> method) {
            this.method = method;
        }

        static <Q, A> Status.Code answer(ClusterKeyServer server, MethodDescriptor<Q, A> method, Metadata headers) {
            Served<Q, A> call = new Served<>(method);
            server.interceptCall(call, headers, (started, same) -> {
                started.close(Status.OK, new Metadata());
                return new ServerCall.Listener<>() {};
            });
            return call.closed;
        }

        @Override
        public void close(Status status, Metadata trailers) {
            closed = status.getCode();
        }

        @Override
        public MethodDescriptor<Q, A> getMethodDescriptor() {
            return method;
        }

        @Override
        public void request(int messages) {}

        @Override
        public void sendHeaders(Metadata headers) {}

        @Override
        public void sendMessage(A message) {}

        @Override
        public boolean isCancelled() {
            return false;
        }
    }

    /** A call as a client sends it. */
    private static final class Sent extends Channel {
        private Metadata sent;

        static <Q, A> Metadata by(ClusterKeyClient client, MethodDescriptor<Q, A> method) {
            Sent channel = new Sent();
            client.interceptCall(method, CallOptions.DEFAULT, channel)
                    .start(new ClientCall.Listener<>() {}, new Metadata());
            return channel.sent;
        }

        @Override
        public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
            return new ClientCall<>() {
                @Override
                public void start(Listener<A> listener, Metadata headers) {
                    sent = headers;
                }

                @Override
                public void request(int messages) {}

                @Override
                public void cancel(String message, Throwable cause) {}

                @Override
                public void halfClose() {}

                @Override
                public void sendMessage(Q message) {}
            };
        }

        @Override
        public String authority() {
            return "";
        }
    }
}
