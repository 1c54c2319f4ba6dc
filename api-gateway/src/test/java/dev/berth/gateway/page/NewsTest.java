package dev.berth.gateway.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.gateway.status.AppName;
import dev.berth.gateway.status.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NewsTest {
    private final List<String> said = new ArrayList<>();
    private final AtomicBoolean wanted = new AtomicBoolean(true);
    private final AtomicBoolean silent = new AtomicBoolean();
    private final News news = new News(said::add, () -> said.add("breath"), wanted::get, silent::get);

    private static Change app(String name) {
        return new Change.OfApp(new AppName("main", name));
    }

    private List<String> tick() {
        said.clear();
        news.tick();
        return List.copyOf(said);
    }

    @Test
    void whoBeginsToListenLooksAtEverything() {
        assertThat(tick()).containsExactly("all");
        assertThat(tick()).isEmpty();
    }

    @Test
    void whatChangesOftenIsSaidOnceATick() {
        tick();
        news.accept(List.of(app("shop"), new Change.OfNode("n1")));
        news.accept(List.of(app("shop")));
        assertThat(tick()).containsExactly("app:main/shop node:n1");
        assertThat(tick()).isEmpty();
    }

    @Test
    void slowReaderIsToldLaterAndNothingPilesUp() {
        tick();
        wanted.set(false);
        IntStream.range(0, 10_000).forEach(one -> news.accept(List.of(app("app" + one))));
        assertThat(tick()).isEmpty();
        wanted.set(true);
        assertThat(tick()).containsExactly("all");
    }

    @Test
    void silenceOfTheSchedulerAndItsEndAreToldToAll() {
        tick();
        silent.set(true);
        assertThat(tick()).containsExactly("all");
        assertThat(tick()).isEmpty();
        silent.set(false);
        assertThat(tick()).containsExactly("all");
    }

    @Test
    void quietStreamBreathes() {
        tick();
        assertThat(IntStream.range(0, 60).mapToObj(one -> tick()).flatMap(List::stream))
                .containsExactly("breath");
    }
}
