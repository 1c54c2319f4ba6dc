package dev.berth.scheduler.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.scheduler.fleet.GatewayReport;
import org.junit.jupiter.api.Test;

class ReceiptTest {
    @Test
    void addsUpWhatGatewaysCounted() {
        Receipt receipt = Receipt.EMPTY
                .ended(new GatewayReport.Drain(10, 0, 5, 1, 2, 1, 400))
                .ended(new GatewayReport.Drain(3, 0, 3, 0, 0, 0, 900))
                .completed();
        assertThat(receipt).isEqualTo(new Receipt(13, 8, 2, 1, 1, 0, 1, 900, true));
    }

    @Test
    void whatIsUnderWayInAContainerThatIsTakenBackIsNotLost() {
        Receipt receipt = Receipt.EMPTY.takenBack(new GatewayReport.Drain(10, 6, 4, 0, 0, 0, 100));
        assertThat(receipt).isEqualTo(new Receipt(10, 4, 0, 0, 0, 6, 0, 100, false));
    }
}
