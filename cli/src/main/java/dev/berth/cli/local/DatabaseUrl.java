package dev.berth.cli.local;

import dev.berth.protocol.given.GivenDatabase;
import dev.berth.protocol.given.Problem;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** BERTH_DATABASE_URL: {@code postgresql://user:password@host:port/database}, taken apart for the services. */
record DatabaseUrl(String url, String user, String password) {
    static DatabaseUrl parse(String text) throws IOException {
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException noUri) {
            throw malformed();
        }
        if (uri.getHost() == null
                || uri.getScheme() == null
                || !uri.getScheme().startsWith("postgres")
                || uri.getPath().length() < 2) {
            throw malformed();
        }
        String[] who = uri.getRawUserInfo() == null
                ? new String[] {"postgres"}
                : uri.getRawUserInfo().split(":", 2);
        int port = uri.getPort() < 0 ? 5432 : uri.getPort();
        String options = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return new DatabaseUrl(
                "postgresql://" + uri.getHost() + ":" + port + uri.getRawPath() + options,
                decoded(who[0]),
                who.length > 1 ? decoded(who[1]) : "");
    }

    private static String decoded(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static IOException malformed() {
        return new IOException(GivenDatabase.SETTING + " must be like postgresql://user:password@host:5432/database");
    }

    /** Asks the server once, so that whoever named it hears what is wrong with it, not that services end. */
    void check() throws IOException {
        Optional<Problem> problem = new GivenDatabase(url, user, password).look(List.of("registry", "scheduler"));
        if (problem.isPresent()) {
            throw new IOException(problem.get().sentence());
        }
    }
}
