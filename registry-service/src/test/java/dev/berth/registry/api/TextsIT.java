package dev.berth.registry.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.berth.protocol.key.Calls;
import dev.berth.protocol.v1.DeployReply;
import dev.berth.protocol.v1.DeployRequest;
import dev.berth.protocol.v1.Problem;
import dev.berth.protocol.v1.RegistryGrpc;
import dev.berth.registry.Database;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Text with a NUL, which PostgreSQL can't hold, in all places where somebody may put it. */
@QuarkusTest
@QuarkusTestResource(Database.class)
class TextsIT {
    @TestHTTPResource
    URI registry;

    private Wire wire;

    @BeforeEach
    void connect() {
        wire = new Wire(registry);
    }

    @AfterEach
    void disconnect() {
        wire.close();
    }

    private static String caller(MethodDescriptor<?, ?> method) {
        return Stream.of("gateway", "scheduler", "agent-n1")
                .filter(part -> Calls.may(part, method.getServiceName(), method.getBareMethodName()))
                .findFirst()
                .orElseThrow();
    }

    private Status call(MethodDescriptor<Message, Message> method, Message request) throws Exception {
        RegistryGrpc.RegistryBlockingStub stub = wire.as(caller(method));
        return Wire.status(
                () -> ClientCalls.blockingUnaryCall(stub.getChannel(), method, stub.getCallOptions(), request));
    }

    @Test
    @SuppressWarnings("unchecked")
    void everyFieldOfEveryRequestIsRefusedByItsPath() throws Exception {
        int fields = 0;
        for (MethodDescriptor<?, ?> one : RegistryGrpc.getServiceDescriptor().getMethods()) {
            MethodDescriptor<Message, Message> method = (MethodDescriptor<Message, Message>) one;
            Message empty = ((MethodDescriptor.PrototypeMarshaller<Message>) method.getRequestMarshaller())
                    .getMessagePrototype();
            for (FieldDescriptor field : empty.getDescriptorForType().getFields()) {
                if (field.getJavaType() == FieldDescriptor.JavaType.STRING) {
                    fields++;
                    Status status = call(
                            method,
                            empty.toBuilder().setField(field, "first\nse\0cond").build());
                    assertThat(status.getCode())
                            .as(method.getFullMethodName() + " with a NUL in " + field.getName())
                            .isEqualTo(Status.Code.INVALID_ARGUMENT);
                    assertThat(status.getDescription())
                            .isEqualTo(field.getJsonName() + " has a NUL character (U+0000) in line 2; leave it out");
                }
            }
        }
        assertThat(fields).isGreaterThan(30);
    }

    private DeployReply deploy(String manifest) {
        return wire.as("gateway")
                .deploy(DeployRequest.newBuilder()
                        .setEnvironment("main")
                        .setManifest(manifest)
                        .setUser("ada")
                        .build());
    }

    /** By an escape: as it is, it would be no YAML and no JSON. */
    @Test
    void everyPlaceOfAManifestIsRefusedByItsPath() {
        Map<String, List<String>> manifests = Map.of(
                "app: \"a\\0b\"\nfunctions: {web: {web: {}, command: [run]}}",
                List.of("app"),
                "app: n\nsource: \"a\\0b\"\nfunctions: {web: {web: {}, command: [run]}}",
                List.of("source"),
                "app: n\nenv: {A: \"a\\0b\"}\nfunctions: {web: {web: {}, command: [run]}}",
                List.of("env.A"),
                "app: n\nenv: {\"A\\0B\": x}\nfunctions: {web: {web: {}, command: [run]}}",
                List.of("env"),
                "app: n\nfunctions: {web: {web: {}, command: [run, \"a\\0b\"]}}",
                List.of("functions.web.command[1]"),
                "app: n\nfunctions: {\"w\\0b\": {web: {}, command: [run]}}",
                List.of("functions"),
                "app: n\nfunctions: {web: {web: {label: \"a\\0b\", readiness: \"/\\0\"}, command: [run]}}",
                List.of("functions.web.web.label", "functions.web.web.readiness"),
                "{\"app\": \"n\", \"env\": {\"A\": \"a\\u0000b\"}, \"functions\": {\"web\": {\"web\": {}, \"command\": [\"run\"]}}}",
                List.of("env.A"));
        manifests.forEach((manifest, paths) -> {
            DeployReply reply = deploy(manifest);
            assertThat(reply.getCreated()).as(manifest).isFalse();
            assertThat(reply.getProblemsList())
                    .filteredOn(problem -> problem.getMessage().contains("NUL character (U+0000); leave it out"))
                    .extracting(Problem::getPath)
                    .as(manifest)
                    .containsExactlyElementsOf(paths);
        });
    }

    /** Half of a character does not come through: the wire has UTF-8 alone. */
    @Test
    void halfOfACharacterInAManifestIsRefusedByItsPath() {
        assertThat(deploy("app: n\nenv: {A: \"\\ud83d\"}\nfunctions: {web: {web: {}, command: [run]}}")
                        .getProblemsList())
                .extracting(Problem::getPath)
                .containsExactly("env.A");
    }
}
