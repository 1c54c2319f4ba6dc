package dev.berth.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UnneededImagesTest {
    private static final long GIB = 1L << 30;
    private static final Room PLENTY = new Room(50 * GIB, 100 * GIB);
    private static final Room LITTLE = new Room(10 * GIB - 1, 100 * GIB);
    private static final Room SOME = new Room(20 * GIB - 1, 100 * GIB);
    private static final Room ENOUGH = new Room(20 * GIB, 100 * GIB);

    private final UnneededImages images = new UnneededImages(Duration.ofDays(1));
    private final List<String> present = new ArrayList<>(List.of("a", "b", "c"));

    private Optional<String> next(Duration now, Room room, String... needed) {
        Optional<String> next =
                images.next(present, Set.of(needed), Set.of(), room, now).map(UnneededImages.Due::id);
        next.ifPresent(present::remove);
        return next;
    }

    private static Duration hours(long hours) {
        return Duration.ofHours(hours);
    }

    private static Duration minutes(long minutes) {
        return Duration.ofMinutes(minutes);
    }

    @Test
    void imageGoesOnceNobodyNeededItForItsTime() {
        assertThat(next(hours(0), PLENTY, "a", "b", "c")).isEmpty();
        assertThat(next(hours(100), PLENTY, "b", "c"))
                .as("a is unneeded from now on")
                .isEmpty();
        assertThat(next(hours(124).minusMillis(1), PLENTY, "b", "c")).isEmpty();
        assertThat(next(hours(124), PLENTY, "b", "c")).contains("a");
        assertThat(next(hours(124), PLENTY, "b", "c")).isEmpty();
    }

    @Test
    void imageThatIsNeededAgainHasItsWholeTimeOnceMore() {
        next(hours(0), PLENTY, "b", "c");
        next(hours(23), PLENTY, "a", "b", "c");
        assertThat(next(hours(24), PLENTY, "b", "c")).isEmpty();
        assertThat(next(hours(47), PLENTY, "b", "c")).isEmpty();
        assertThat(next(hours(48), PLENTY, "b", "c")).contains("a");
    }

    @Test
    void longestUnneededGoesFirstWhereThereIsLittleRoomUntilThereIsTwiceAsMuch() {
        next(minutes(0), PLENTY, "a", "c");
        next(minutes(1), PLENTY, "a");
        next(minutes(2), PLENTY);
        assertThat(next(minutes(60), SOME)).as("it is not little yet").isEmpty();
        assertThat(next(minutes(60), LITTLE)).contains("b");
        assertThat(next(minutes(60), SOME)).as("it is not enough yet").contains("c");
        assertThat(next(minutes(60), ENOUGH)).isEmpty();
        assertThat(next(minutes(60), SOME)).as("it was enough").isEmpty();
    }

    @Test
    void whatWasNeededJustNowStaysHoweverLittleRoomThereIs() {
        Room none = new Room(0, 100 * GIB);
        next(minutes(0), none, "b", "c");
        assertThat(next(minutes(10).minusMillis(1), none, "b", "c")).isEmpty();
        assertThat(next(minutes(10), none, "b", "c")).contains("a");
        assertThat(next(minutes(100), none, "b", "c"))
                .as("the others are needed")
                .isEmpty();
    }

    @Test
    void whatCantBeRemovedStandsInNobodysWayAndKeepsItsTime() {
        next(hours(0), PLENTY, "c");
        assertThat(images.next(present, Set.of("c"), Set.of("a"), PLENTY, hours(24)))
                .contains(new UnneededImages.Due("b", false));
        assertThat(images.next(present, Set.of("c"), Set.of("a", "b"), LITTLE, hours(24)))
                .isEmpty();
        assertThat(images.next(present, Set.of("c"), Set.of(), PLENTY, hours(24)))
                .isPresent();
    }

    @Test
    void littleIsTenGibibytesOrATenthOfASmallDisk() {
        assertThat(new Room(10 * GIB - 1, 1000 * GIB).isLittle()).isTrue();
        assertThat(new Room(10 * GIB, 1000 * GIB).isLittle()).isFalse();
        assertThat(new Room(GIB - 1, 10 * GIB).isLittle()).isTrue();
        assertThat(new Room(GIB, 10 * GIB).isLittle()).isFalse();
        assertThat(new Room(2 * GIB - 1, 10 * GIB).isEnough()).isFalse();
        assertThat(new Room(2 * GIB, 10 * GIB).isEnough()).isTrue();
    }
}
