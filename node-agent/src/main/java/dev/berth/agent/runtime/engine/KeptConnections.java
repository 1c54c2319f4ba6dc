package dev.berth.agent.runtime.engine;

import com.github.dockerjava.transport.DockerHttpClient;
import java.io.IOException;
import org.jboss.logging.Logger;

/**
 * Connections to an engine that are kept. They break with an engine that ends, and each is found out by what is asked by
 * it next; that is asked again, by another one, where it can do no harm.
 */
record KeptConnections(DockerHttpClient transport) implements DockerHttpClient {
    private static final Logger LOG = Logger.getLogger(KeptConnections.class);
    /** Connections that are kept at once by what is asked at once. */
    private static final int MOST_BROKEN = 100;

    @Override
    public Response execute(Request request) {
        for (int broken = 0; ; broken++) {
            try {
                return transport.execute(request);
            } catch (RuntimeException fault) {
                if (broken == MOST_BROKEN || !mayBeRepeated(request, fault)) {
                    throw fault;
                }
                LOG.debug(fault.getMessage());
            }
        }
    }

    private static boolean mayBeRepeated(Request request, RuntimeException fault) {
        boolean read = "GET".equals(request.method()) || "HEAD".equals(request.method());
        return read
                ? EngineFaults.isBrokenConnection(fault)
                : EngineFaults.wasNeverHeard(fault) && (request.body() == null || request.bodyBytes() != null);
    }

    @Override
    public void close() throws IOException {
        transport.close();
    }
}
