package dev.berth.agent.bus;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.berth.agent.container.ContainerReconciler;
import dev.berth.agent.container.ContainerSpec;
import dev.berth.agent.control.Agent;
import dev.berth.protocol.bus.BusConnected;
import dev.berth.protocol.bus.BusMessage;
import dev.berth.protocol.v1.DesiredContainer;
import dev.berth.protocol.v1.FunctionSpec;
import dev.berth.protocol.v1.Goal;
import dev.berth.protocol.v1.NodeDesired;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;

/** Orders from the scheduler. */
@ApplicationScoped
public class Incoming {
    private final Agent agent;

    Incoming(Agent agent) {
        this.agent = agent;
    }

    void connected(@Observes BusConnected event) {
        agent.report();
    }

    @org.eclipse.microprofile.reactive.messaging.Incoming("desired")
    void desired(BusMessage message) throws InvalidProtocolBufferException {
        NodeDesired desired = NodeDesired.parseFrom(message.body());
        agent.order(new Agent.Order(desired.getEpoch(), desired.getGeneration(),
                desired.getContainersList().stream().map(Incoming::wanted).toList()));
    }

    private static Agent.Wanted wanted(DesiredContainer desired) {
        return new Agent.Wanted(spec(desired), desired.getGoal() == Goal.STOP
                ? ContainerReconciler.Goal.STOP
                : ContainerReconciler.Goal.RUN);
    }

    private static ContainerSpec spec(DesiredContainer desired) {
        FunctionSpec function = desired.getFunction();
        return new ContainerSpec(desired.getId(), desired.getEnvironment(), desired.getApp(), desired.getVersion(),
                function.getName(), function.getCommandList(), desired.getEnvMap(), function.getWeb().getPort(),
                function.getWeb().getReadiness(), function.getCpuLimited() ? function.getCpuMillis() : 0,
                function.getMemoryLimited() ? function.getMemoryBytes() : 0,
                Duration.ofMillis(function.getStartupTimeoutMillis()), Duration.ofMillis(function.getStopGraceMillis()),
                desired.getSourceDigest());
    }
}
