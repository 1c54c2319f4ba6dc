package dev.berth.cli.local;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** BERTH_DATABASE_URL: {@code postgresql://user:password@host:port/database}, taken apart for the services. */
record DatabaseUrl(String url, String user, String password) {
    static final String SETTING = "BERTH_DATABASE_URL";
    private static final int OLDEST = 14;
    private static final String PATIENCE_SECONDS = "4";

    static DatabaseUrl parse(String text) throws IOException {
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException noUri) {
            throw malformed();
        }
        if (uri.getHost() == null || uri.getScheme() == null || !uri.getScheme().startsWith("postgres")
                || uri.getPath().length() < 2) {
            throw malformed();
        }
        String[] who = uri.getRawUserInfo() == null ? new String[]{"postgres"} : uri.getRawUserInfo().split(":", 2);
        int port = uri.getPort() < 0 ? 5432 : uri.getPort();
        String options = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return new DatabaseUrl("postgresql://" + uri.getHost() + ":" + port + uri.getRawPath() + options,
                decoded(who[0]), who.length > 1 ? decoded(who[1]) : "");
    }

    private static String decoded(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static IOException malformed() {
        return new IOException(SETTING + " must be like postgresql://user:password@host:5432/database");
    }

    /** Asks the server once, so that whoever named it hears what is wrong with it, not that services end. */
    void check() throws IOException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        for (String patience : new String[]{"connectTimeout", "loginTimeout", "socketTimeout"}) {
            properties.setProperty(patience, PATIENCE_SECONDS);
        }
        try (Connection connection = DriverManager.getConnection("jdbc:" + url, properties);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select current_setting('server_version_num')::int / 10000, "
                        + "pg_is_in_recovery(), has_database_privilege(current_database(), 'create')")) {
            row.next();
            checkServer(row.getInt(1), row.getBoolean(2), row.getBoolean(3));
        } catch (SQLException fault) {
            throw new IOException(refusal(String.valueOf(fault.getSQLState()), fault.getMessage()), fault);
        }
    }

    /** @param creates whether this user may make schemas in the database */
    void checkServer(int major, boolean standby, boolean creates) throws IOException {
        if (major < OLDEST) {
            throw new IOException(SETTING + " names a PostgreSQL " + major + " (" + url + "), and Berth needs " + OLDEST
                    + " or newer: upgrade it, or name another");
        }
        if (standby) {
            throw new IOException(SETTING + " names a PostgreSQL that only repeats another (" + url
                    + "): name the one that it follows");
        }
        if (!creates) {
            throw new IOException(SETTING + ": user " + user + " may not make schemas in the database of " + url
                    + ": grant create on the database to it, or name another user");
        }
    }

    private String refusal(String state, String message) {
        return switch (state) {
            case "28P01", "28000", "08004" -> SETTING + ": PostgreSQL at " + url + " refuses user " + user
                    + " with the password given (" + firstLine(message) + "): correct user and password in the setting";
            case "3D000" -> SETTING + ": there is no such database at " + url + ": create it, or name another";
            default -> SETTING + ": no PostgreSQL answers at " + url + " (" + firstLine(message)
                    + "): start it, or correct the setting";
        };
    }

    private static String firstLine(String message) {
        return message == null ? "no reason given" : message.lines().findFirst().orElse("").strip();
    }
}
