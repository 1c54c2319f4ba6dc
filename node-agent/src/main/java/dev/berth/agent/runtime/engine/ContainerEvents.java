package dev.berth.agent.runtime.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Hears the ends of an agent's containers from the engine; after each time that it could not, all are looked at. */
final class ContainerEvents implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ContainerEvents.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration AGAIN = Duration.ofMillis(500);

    /** One that fails is had again, after a new stream. */
    interface Look {
        void run() throws IOException;
    }

    private final Engine engine;
    private final String agentId;
    private final Look lookAtAll;
    private final Consumer<String> ended;
    private final CountDownLatch leaving = new CountDownLatch(1);
    private volatile EngineStream open;

    /**
     * @param lookAtAll told when some may have ended unheard
     * @param ended told the id of one that has
     */
    ContainerEvents(Engine engine, String agentId, Look lookAtAll, Consumer<String> ended) {
        this.engine = engine;
        this.agentId = agentId;
        this.lookAtAll = lookAtAll;
        this.ended = ended;
    }

    ContainerEvents begin() {
        Thread.ofVirtual().name("engine-events").start(this::hear);
        return this;
    }

    private void hear() {
        boolean said = false;
        do {
            try (EngineStream stream = engine.stream("tell what happens", path())) {
                open = stream;
                said = false;
                // Only now: what ends after this look is heard.
                lookAtAll.run();
                MappingIterator<JsonNode> events =
                        JSON.readerFor(JsonNode.class).readValues(stream.body());
                while (events.hasNextValue()) {
                    tell(events.nextValue());
                }
            } catch (IOException | RuntimeException fault) {
                if (leaving.getCount() > 0 && !said) {
                    said = true;
                    LOG.warnf("the engine tells nothing any more, and is asked again: %s", fault.getMessage());
                }
            }
        } while (!left());
    }

    private void tell(JsonNode event) {
        Labels.read(attributes(event), agentId)
                .ifPresent(labels -> ended.accept(labels.ref().id()));
    }

    private static java.util.Map<String, String> attributes(JsonNode event) {
        java.util.Map<String, String> attributes = new java.util.HashMap<>();
        event.path("Actor")
                .path("Attributes")
                .properties()
                .forEach(each -> attributes.put(each.getKey(), each.getValue().asText()));
        return attributes;
    }

    private String path() {
        String filters = "{\"type\":[\"container\"],\"event\":[\"die\",\"destroy\"],\"label\":[\"" + Labels.AGENT + "="
                + agentId + "\"]}";
        return "/events?filters=" + URLEncoder.encode(filters, StandardCharsets.UTF_8);
    }

    /** After a pause; false where it is to go on. */
    private boolean left() {
        try {
            return leaving.await(AGAIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException never) {
            return true;
        }
    }

    @Override
    public void close() {
        leaving.countDown();
        EngineStream stream = open;
        if (stream != null) {
            stream.close();
        }
    }
}
