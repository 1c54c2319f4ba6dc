package dev.berth.agent.control;

import dev.berth.agent.client.SpecClient;
import dev.berth.agent.container.ContainerSpec;
import dev.berth.agent.store.Specs;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** A registry that knows the specs that it was given; one named "slow" it looks for until it is let go, "broken" breaks it. */
final class KnownSpecs extends SpecClient {
    final CountDownLatch slow = new CountDownLatch(1);
    private final Map<String, byte[]> specs = new ConcurrentHashMap<>();

    KnownSpecs() {
        super(null);
    }

    /** @return its digest */
    String add(byte[] spec) {
        String digest = Specs.digest(spec);
        specs.put(digest, spec);
        return digest;
    }

    @Override
    public ContainerSpec fetch(String digest, Specs kept, Duration patience) throws IOException {
        if (digest.equals("slow")) {
            try {
                slow.await();
            } catch (InterruptedException interrupted) {
                throw new IOException(interrupted);
            }
        }
        if (digest.equals("broken")) {
            throw new NoClassDefFoundError("dev/berth/Spec");
        }
        byte[] spec = specs.get(digest);
        if (spec == null) {
            throw new IOException("no such spec");
        }
        return kept.keep(digest, spec);
    }
}
