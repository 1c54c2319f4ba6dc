package dev.berth.cli.local;

import java.io.IOException;
import java.net.URI;

/** BERTH_DATABASE_URL: {@code postgresql://user:password@host:port/database}, taken apart for the services. */
record DatabaseUrl(String url, String user, String password) {
    static DatabaseUrl parse(String text) throws IOException {
        URI uri = URI.create(text);
        if (uri.getHost() == null || uri.getScheme() == null || !uri.getScheme().startsWith("postgres")) {
            throw new IOException("BERTH_DATABASE_URL must be like postgresql://user:password@host:5432/database");
        }
        String[] who = uri.getUserInfo() == null ? new String[]{"postgres", ""} : uri.getUserInfo().split(":", 2);
        int port = uri.getPort() < 0 ? 5432 : uri.getPort();
        return new DatabaseUrl("postgresql://" + uri.getHost() + ":" + port + uri.getPath(), who[0],
                who.length > 1 ? who[1] : "");
    }
}
