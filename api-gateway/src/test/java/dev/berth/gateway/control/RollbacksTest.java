package dev.berth.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.smallrye.mutiny.Uni;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RollbacksTest {
    private final AtomicInteger choices = new AtomicInteger();

    /** Refused so many times before it holds. */
    private int choose(int times, Status refusal) {
        return Rollbacks.untilItHolds(() -> {
                    int choice = choices.incrementAndGet();
                    return choice <= times
                            ? Uni.createFrom().failure(refusal.asRuntimeException())
                            : Uni.createFrom().item(choice);
                })
                .await()
                .indefinitely();
    }

    @Test
    void choiceThatADeployOvertookIsMadeAnew() {
        assertThat(choose(2, Status.ABORTED)).isEqualTo(3);
    }

    @Test
    void deploysWithoutEndEndIt() {
        assertThatThrownBy(() -> choose(100, Status.ABORTED)).hasMessageContaining("ABORTED");
        assertThat(choices).hasValueLessThan(10);
    }

    @Test
    void otherRefusalsAreFinal() {
        assertThatThrownBy(() -> choose(1, Status.NOT_FOUND)).hasMessageContaining("NOT_FOUND");
        assertThat(choices).hasValue(1);
    }
}
