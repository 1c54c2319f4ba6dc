package dev.berth.agent.runtime.engine;

import com.github.dockerjava.transport.DockerHttpClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** An answer without an end. Closing it, from any thread, ends a read that is under way. */
final class EngineStream implements AutoCloseable {
    /** An answer by which it was refused. */
    static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1;

        private final int status;
        private final String said;

        RefusedException(String what, int status, String said) {
            super(EngineFaults.refusal(what, said));
            this.status = status;
            this.said = said;
        }

        int status() {
            return status;
        }

        String said() {
            return said;
        }
    }

    private final DockerHttpClient.Response response;

    private EngineStream(DockerHttpClient.Response response) {
        this.response = response;
    }

    static EngineStream of(String what, DockerHttpClient.Response response) throws IOException {
        int status = response.getStatusCode();
        if (status == 200) {
            return new EngineStream(response);
        }
        try (response) {
            String body = new String(response.getBody().readAllBytes(), StandardCharsets.UTF_8);
            throw new RefusedException(what, status, EngineFaults.message(body));
        }
    }

    InputStream body() {
        return response.getBody();
    }

    @Override
    public void close() {
        response.close();
    }
}
