package dev.berth.agent.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.agent.runtime.engine.Pull;
import dev.berth.protocol.name.ImageKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What this agent pulled is removed when nobody needs it, and nothing else. */
@Timeout(30)
class HostImagesTest {
    private static final String ID = "sha256:" + "1d".repeat(32);
    private static final String TAG = "ghcr.io/acme/web:3";
    private static final String PINNED = "ghcr.io/acme/web@sha256:" + "0a".repeat(32);
    private static final Set<Long> UNNEEDED = Set.of(ImageKey.of(PINNED));
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    Path state;

    private final LentEngine engine = new LentEngine();
    private final Clocks time = new Clocks();
    private HostImages images;
    /** What it said of itself at each look of the last collection. */
    private final Set<Long> known = new HashSet<>();

    @BeforeEach
    void start() {
        images = new HostImages(state, DAY, time);
    }

    private void pull(boolean isNew) {
        engine.answer = new Pull.Pulled(PINNED, Optional.of(new Pull.Fetched(ID, isNew)));
        images.pull(engine, TAG, progress -> {});
    }

    /** Looks as an agent does, for more than a day after the look that still takes it for pulled just now. */
    private void collect(Set<Long> unneeded, String... ordered) throws IOException {
        for (int i = 0; i < 4; i++) {
            images.collect(engine, unneeded, Set.of(ordered));
            time.steady = time.steady.plus(DAY.minusMinutes(1));
        }
    }

    @Test
    void imageThatItPulledGoesWhenNoAppNeedsIt() throws IOException {
        pull(true);
        assertThat(images.keys()).isEqualTo(UNNEEDED);
        collect(Set.of());
        assertThat(engine.removed).as("an older scheduler names none").isEmpty();
        collect(UNNEEDED);
        assertThat(engine.removed).containsExactly(ID);
        assertThat(images.keys()).isEmpty();
    }

    @Test
    void whatItPulledIsKnownToTheNextAgent() throws IOException {
        pull(true);
        start();
        assertThat(images.keys()).isEqualTo(UNNEEDED);
        collect(UNNEEDED);
        assertThat(engine.removed).containsExactly(ID);
        start();
        assertThat(images.keys()).isEmpty();
    }

    @Test
    void noteThatCantBeReadHasNothingRemoved() throws IOException {
        pull(true);
        Files.write(state.resolve("images"), new byte[] {(byte) 0xff, (byte) 0xfe, '\n'});
        start();
        collect(UNNEEDED);
        assertThat(engine.removed).isEmpty();
        Files.writeString(state.resolve("images"), "no id\n\n" + ID + "\n");
        start();
        collect(UNNEEDED);
        assertThat(engine.removed).isEmpty();
    }

    @Test
    void imageThatWasThereBeforeStays() throws IOException {
        engine.has.put(ID, Set.of("web:mine"));
        pull(false);
        assertThat(images.keys()).isEmpty();
        collect(UNNEEDED);
        assertThat(engine.removed).isEmpty();
    }

    @Test
    void imageThatSomebodyGaveANameStays() throws IOException {
        pull(true);
        engine.has.put(ID, Set.of(TAG, PINNED, "base:mine"));
        collect(UNNEEDED);
        assertThat(engine.removed).isEmpty();
        engine.has.put(ID, Set.of(PINNED));
        collect(UNNEEDED);
        assertThat(engine.removed).containsExactly(ID);
    }

    @Test
    void imageThatSomebodyRemovedAndPulledAgainIsTheirs() throws IOException {
        pull(true);
        engine.has.clear();
        collect(UNNEEDED);
        engine.has.put(ID, Set.of(TAG, PINNED));
        collect(UNNEEDED);
        assertThat(engine.removed).isEmpty();
    }

    @Test
    void imageThatIsPulledWhileTheEngineIsAskedIsKnownAllTheSame() throws IOException {
        engine.looked = () -> {
            engine.looked = () -> {};
            pull(true);
        };
        images.collect(engine, UNNEEDED, Set.of());
        assertThat(engine.removed).isEmpty();
        assertThat(images.keys()).isEqualTo(UNNEEDED);
        collect(UNNEEDED);
        assertThat(engine.removed).containsExactly(ID);
    }

    @Test
    void imageOfAContainerStaysWhoeversItIs() throws IOException {
        pull(true);
        engine.used.add(ID);
        collect(UNNEEDED);
        assertThat(engine.removed).isEmpty();
        engine.used.clear();
        collect(UNNEEDED, PINNED);
        assertThat(engine.removed).as("an order names it").isEmpty();
    }

    @Test
    void imageThatIsBeingPulledOrWasJustNowStays() throws IOException {
        pull(true);
        images.collect(engine, UNNEEDED, Set.of());
        images.collect(engine, UNNEEDED, Set.of());
        time.steady = time.steady.plus(DAY);
        engine.during = () -> images.collect(engine, UNNEEDED, Set.of());
        images.pull(engine, "ghcr.io/acme/web:4", progress -> {});
        assertThat(engine.removed).as("its tag may mean that image").isEmpty();
        engine.during = () -> {};
        images.collect(engine, UNNEEDED, Set.of());
        images.collect(engine, UNNEEDED, Set.of());
        time.steady = time.steady.plus(DAY);
        engine.answer = new Pull.Pulled(PINNED);
        images.pull(engine, PINNED, progress -> {});
        images.collect(engine, UNNEEDED, Set.of());
        assertThat(engine.removed).as("its container is about to be made").isEmpty();
        collect(UNNEEDED);
        assertThat(engine.removed).containsExactly(ID);
    }

    @Test
    void whatTheEngineKeepsIsTriedAgain() throws IOException {
        pull(true);
        engine.keeps = Optional.of("image has dependent child images");
        collect(UNNEEDED);
        assertThat(engine.removed).isEmpty();
        assertThat(images.keys()).isEqualTo(UNNEEDED);
        engine.keeps = Optional.empty();
        images.collect(engine, UNNEEDED, Set.of());
        assertThat(engine.removed).containsExactly(ID);
    }

    /** Removes the image, and does something before the engine has done so. */
    private void whileItIsRemoved(Callable<?> act) throws Exception {
        images.collect(engine, UNNEEDED, Set.of());
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        engine.removing = () -> {
            hangs.countDown();
            await(goesOn);
        };
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<?> removal = threads.submit(() -> {
                collect(UNNEEDED);
                return null;
            });
            try {
                assertThat(hangs.await(10, TimeUnit.SECONDS)).isTrue();
                act.call();
            } finally {
                goesOn.countDown();
            }
            removal.get(10, TimeUnit.SECONDS);
        }
        assertThat(engine.removed).containsExactly(ID);
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new IOException(interrupted);
        }
    }

    private FutureTask<Pull> pulling(String name) {
        return new FutureTask<>(() -> images.pull(engine, name, progress -> {}));
    }

    @Test
    void engineThatHangsWhileItRemovesAnImageHoldsUpNoPullOfAnother() throws Exception {
        String other = "ghcr.io/acme/other@sha256:" + "0b".repeat(32);
        pull(true);
        whileItIsRemoved(() -> {
            engine.answer = new Pull.Pulled(other, Optional.of(new Pull.Fetched("sha256:" + "2d".repeat(32), true)));
            FutureTask<Pull> pull = pulling("ghcr.io/acme/other:1");
            Thread.ofVirtual().start(pull);
            return assertThat(pull.get(10, TimeUnit.SECONDS)).isInstanceOf(Pull.Pulled.class);
        });
        assertThat(images.keys()).containsExactly(ImageKey.of(other));
    }

    @Test
    void imageThatIsBeingRemovedIsPulledAnewAfterThat() throws Exception {
        pull(true);
        FutureTask<Pull> tag = pulling("ghcr.io/acme/web:4");
        FutureTask<Pull> id = pulling(ID);
        whileItIsRemoved(() -> {
            for (FutureTask<Pull> pull : List.of(tag, id)) {
                Thread waiting = Thread.ofPlatform().start(pull);
                AgentKit.await("its wait", () -> waiting.getState() == Thread.State.WAITING);
            }
            return assertThat(engine.pulls).containsExactly(TAG);
        });
        assertThat(tag.get(10, TimeUnit.SECONDS)).isInstanceOf(Pull.Pulled.class);
        assertThat(id.get(10, TimeUnit.SECONDS)).isInstanceOf(Pull.Pulled.class);
        assertThat(engine.has).containsKey(ID);
        assertThat(images.keys()).containsAll(UNNEEDED);
    }

    @Test
    void pullThatWaitsForARemovalAndThatNobodyWantsAnyMoreIsGivenUp() throws Exception {
        pull(true);
        FutureTask<Pull> pull = pulling(PINNED);
        whileItIsRemoved(() -> {
            Thread waiting = Thread.ofPlatform().start(pull);
            AgentKit.await("its wait", () -> waiting.getState() == Thread.State.WAITING);
            waiting.interrupt();
            return assertThat(pull.get(10, TimeUnit.SECONDS)).isInstanceOf(Pull.Interrupted.class);
        });
        assertThat(engine.pulls).containsExactly(TAG);
    }

    @Test
    void imageThatComesFromElsewhereWhileItIsRemovedIsStillTheAgents() throws IOException {
        String other = "docker.io/acme/web@sha256:" + "0c".repeat(32);
        pull(true);
        engine.removing = () -> {
            engine.answer = new Pull.Pulled(other, Optional.of(new Pull.Fetched(ID, false)));
            images.pull(engine, "docker.io/acme/web:3", progress -> {});
        };
        images.collect(engine, UNNEEDED, Set.of());
        images.collect(engine, UNNEEDED, Set.of());
        time.steady = time.steady.plus(DAY);
        engine.looked = () -> images.keys().forEach(key -> known.add(key));
        images.collect(engine, UNNEEDED, Set.of());
        assertThat(engine.removed).containsExactly(ID);
        assertThat(known).contains(ImageKey.of(other));
    }
}
