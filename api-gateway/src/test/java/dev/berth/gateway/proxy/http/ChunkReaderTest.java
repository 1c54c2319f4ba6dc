package dev.berth.gateway.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChunkReaderTest {
    private final Reading reading = new Reading(Corpus.LIMITS);

    @AfterEach
    void nothingIsLeft() {
        reading.assertNothingIsLeft();
    }

    @Test
    void everyBodyOfTheCorpusHasItsVerdictHoweverItIsCut() {
        SoftAssertions all = new SoftAssertions();
        for (Corpus kept : Corpus.chunks()) {
            String whole = reading.chunksIn(kept.message());
            String expected = kept.verdict().startsWith("=")
                    ? new String(Corpus.bytes(kept.verdict()), java.nio.charset.StandardCharsets.ISO_8859_1)
                    : kept.verdict();
            all.assertThat(expected.startsWith("=") ? whole : whole.split(" ", 2)[0])
                    .as(kept.toString())
                    .isEqualTo(expected);
            if (kept.message().length < 1_000) {
                assertThat(Reading.splits(kept.message()).map(reading::chunksIn).filter(cut -> !cut.equals(whole)))
                        .as("in pieces: %s", kept)
                        .isEmpty();
            }
        }
        all.assertAll();
    }

    @Test
    void bodyPassesWithoutACopyAndWhatFollowsItStays() throws BadMessage {
        ByteBuf in = reading.buffer(Reading.ascii("5\r\nhello\r\n0\r\n\r\nGET /"));
        ChunkReader reader = new ChunkReader(Corpus.LIMITS, false);
        ByteBuf data = reader.read(in);
        in.setByte(3, 'H');
        assertThat(Reading.text(data)).isEqualTo("Hello");
        assertThat(reader.read(in)).isNull();
        assertThat(reader.ended()).isTrue();
        assertThat(Reading.text(in)).isEqualTo("GET /");
        data.release();
        in.release();
    }

    @Test
    void whatAContainerSendsIsRefusedWith502() {
        ByteBuf in = reading.buffer(Reading.ascii("x\r\n"));
        assertThatThrownBy(() -> new ChunkReader(Corpus.LIMITS, true).read(in))
                .isInstanceOfSatisfying(
                        BadMessage.class, bad -> assertThat(bad.status()).isEqualTo(502))
                .hasMessageContaining("the size of a chunk must be");
        in.release();
    }
}
