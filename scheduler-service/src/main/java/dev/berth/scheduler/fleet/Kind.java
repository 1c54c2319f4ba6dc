package dev.berth.scheduler.fleet;

import java.util.List;

/** How a function takes its work. */
public sealed interface Kind {
    /** The fixed port that its containers listen on; 0 where each is given a free one, or listens on none. */
    int port();

    /** Under what it answers while its version is live; the first is its own. Empty where it answers under no URL. */
    List<String> labels();

    /** True where its containers understand HTTP/2 alone. */
    default boolean http2() {
        return false;
    }

    /** HTTP under a URL. */
    record Web(int port, List<String> labels, boolean http2) implements Kind {
        public Web {
            labels = List.copyOf(labels);
        }
    }

    /** One POST per call. */
    record Call(int port) implements Kind {
        @Override
        public List<String> labels() {
            return List.of();
        }
    }

    /** One command per call. */
    record Job() implements Kind {
        @Override
        public int port() {
            return 0;
        }

        @Override
        public List<String> labels() {
            return List.of();
        }
    }
}
