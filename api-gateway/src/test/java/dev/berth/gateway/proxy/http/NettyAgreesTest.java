package dev.berth.gateway.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/** Netty's decoders see the corpora as we do, but for the kinds that {@code differs.tsv} explains. */
class NettyAgreesTest {
    private static final byte[] HEAD =
            Reading.ascii("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");

    private final Map<String, String> explained =
            Corpus.lines("differs.tsv").stream().collect(Collectors.toMap(line -> line[0], line -> line[1]));
    private final Set<String> met = new TreeSet<>();

    @Test
    void onAllButWhatIsExplained() {
        compare(Corpus.requests(), kept -> Netty.request(Corpus.LIMITS, kept).ofHead());
        compare(Corpus.answers(), kept -> Netty.answer(Corpus.LIMITS, kept).ofHead());
        compare(Corpus.chunks(), kept -> {
            byte[] whole = java.util.Arrays.copyOf(HEAD, HEAD.length + kept.length);
            System.arraycopy(kept, 0, whole, HEAD.length, kept.length);
            return Netty.request(Corpus.LIMITS, whole).ofBody();
        });
        assertThat(met).as("kinds of differs.tsv that a message has").isEqualTo(explained.keySet());
    }

    private void compare(List<Corpus> corpus, Function<byte[], String> netty) {
        SoftAssertions all = new SoftAssertions();
        for (Corpus kept : corpus) {
            String ours = kept.verdict().matches("[45]\\d\\d")
                    ? "refused"
                    : kept.verdict().equals("more") ? "more" : "taken";
            String theirs = netty.apply(kept.message());
            if (kept.differs().isEmpty()) {
                all.assertThat(theirs).as(kept.toString()).isEqualTo(ours);
            } else {
                met.add(kept.differs());
                all.assertThat(theirs)
                        .as("%s differs, as %s", kept, kept.differs())
                        .isNotEqualTo(ours);
                all.assertThat(explained).containsKey(kept.differs());
            }
        }
        all.assertAll();
    }
}
