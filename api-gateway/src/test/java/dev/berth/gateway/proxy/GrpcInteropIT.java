package dev.berth.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannelBuilder;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.testing.integration.AbstractInteropTest;
import io.grpc.testing.integration.TestServiceImpl;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** grpc-java's cases of interoperability: its client and its server see of each other at the front door what they see directly. */
@ExtendWith(Leaks.class)
class GrpcInteropIT {
    private interface Steps {
        void of(Interop client) throws Exception;
    }

    /** By their names in grpc's interop-test-descriptions, and those beyond that grpc-java has. */
    private enum Case {
        EMPTY_UNARY(Interop::emptyUnary),
        LARGE_UNARY(Interop::largeUnary),
        CLIENT_COMPRESSED_UNARY(client -> client.clientCompressedUnary(false)),
        SERVER_COMPRESSED_UNARY(Interop::serverCompressedUnary),
        CLIENT_STREAMING(Interop::clientStreaming),
        CLIENT_COMPRESSED_STREAMING(client -> client.clientCompressedStreaming(false)),
        SERVER_STREAMING(Interop::serverStreaming),
        SERVER_COMPRESSED_STREAMING(Interop::serverCompressedStreaming),
        PING_PONG(Interop::pingPong),
        EMPTY_STREAM(Interop::emptyStream),
        CUSTOM_METADATA(Interop::customMetadata),
        STATUS_CODE_AND_MESSAGE(Interop::statusCodeAndMessage),
        SPECIAL_STATUS_MESSAGE(Interop::specialStatusMessage),
        UNIMPLEMENTED_METHOD(Interop::unimplementedMethod),
        UNIMPLEMENTED_SERVICE(Interop::unimplementedService),
        CANCEL_AFTER_BEGIN(Interop::cancelAfterBegin),
        CANCEL_AFTER_FIRST_RESPONSE(Interop::cancelAfterFirstResponse),
        TIMEOUT_ON_SLEEPING_SERVER(Interop::timeoutOnSleepingServer),
        FULL_DUPLEX(Interop::fullDuplexCallShouldSucceed),
        HALF_DUPLEX(Interop::halfDuplexCallShouldSucceed),
        FLOW_CONTROL(Interop::serverStreamingShouldBeFlowControlled),
        VERY_LARGE_REQUEST(Interop::veryLargeRequest),
        VERY_LARGE_RESPONSE(Interop::veryLargeResponse),
        METADATA_UNARY(Interop::exchangeMetadataUnaryCall),
        METADATA_STREAMING(Interop::exchangeMetadataStreamingCall),
        DEADLINE_NOT_EXCEEDED(Interop::deadlineNotExceeded),
        DEADLINE_EXCEEDED(Interop::deadlineExceeded),
        DEADLINE_EXCEEDED_STREAMING(Interop::deadlineExceededServerStreaming),
        DEADLINE_IN_PAST(Interop::deadlineInPast),
        MAX_INBOUND_EXACT(Interop::maxInboundSize_exact),
        MAX_INBOUND_TOO_BIG(Interop::maxInboundSize_tooBig),
        MAX_OUTBOUND_EXACT(Interop::maxOutboundSize_exact),
        MAX_OUTBOUND_TOO_BIG(Interop::maxOutboundSize_tooBig),
        GRACEFUL_SHUTDOWN(Interop::gracefulShutdown);

        private final Steps steps;

        Case(Steps steps) {
            this.steps = steps;
        }
    }

    private static ScheduledExecutorService executor;
    private static Server server;
    private static OneDoor door;

    @BeforeAll
    static void start() throws Exception {
        executor = Executors.newScheduledThreadPool(2);
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .flowControlWindow(AbstractInteropTest.TEST_FLOW_CONTROL_WINDOW)
                .maxInboundMessageSize(AbstractInteropTest.MAX_MESSAGE_SIZE)
                .addService(ServerInterceptors.intercept(new TestServiceImpl(executor), TestServiceImpl.interceptors()))
                .build()
                .start();
        door = new OneDoor(2_000, () -> {});
        door.route(OneDoor.target("c-1", server.getPort()));
    }

    @AfterAll
    static void stop() throws Exception {
        door.close();
        server.shutdownNow();
        assertThat(server.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        executor.shutdownNow();
    }

    @ParameterizedTest
    @EnumSource
    void hasTheSameEndAsDirect(Case one) {
        assertThat(end(one, server.getPort())).as("direct").isEqualTo("passed");
        assertThat(end(one, door.port)).as("at the front door").isEqualTo("passed");
        OneDoor.assertIdle(door.container());
    }

    private static String end(Case one, int port) {
        Interop client = new Interop(port);
        client.setUp();
        try {
            one.steps.of(client);
            return "passed";
        } catch (Exception | AssertionError fault) {
            return fault.toString();
        } finally {
            client.tearDown();
        }
    }

    /** grpc-java's client; what it counts by OpenCensus is not looked at. */
    private static final class Interop extends AbstractInteropTest {
        private final int port;

        Interop(int port) {
            this.port = port;
        }

        @Override
        protected ManagedChannelBuilder<?> createChannelBuilder() {
            return NettyChannelBuilder.forAddress("127.0.0.1", port)
                    .overrideAuthority("app.localhost")
                    .usePlaintext()
                    .flowControlWindow(TEST_FLOW_CONTROL_WINDOW)
                    .maxInboundMessageSize(MAX_MESSAGE_SIZE);
        }

        @Override
        protected boolean metricsExpected() {
            return false;
        }
    }
}
