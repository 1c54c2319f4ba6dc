package dev.berth.protocol.given;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;

/**
 * The PostgreSQL that BERTH_DATABASE_URL names.
 *
 * @param url {@code postgresql://host:port/database}, without user and password
 */
public record GivenDatabase(String url, String user, String password) {
    public static final String SETTING = "BERTH_DATABASE_URL";
    private static final int OLDEST = 14;
    private static final String PATIENCE_SECONDS = "4";
    private static final Pattern URL = Pattern.compile("postgresql://[^/@\\s?]+/[^/\\s?]+(\\?\\S*)?");

    /**
     * Asks the server once.
     *
     * @param schemas that are needed there: they exist, or the user may make them
     * @return empty where all is well
     */
    public Optional<Problem> look(List<String> schemas) {
        if (!URL.matcher(url).matches()) {
            return Optional.of(malformed());
        }
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        for (String patience : new String[] {"connectTimeout", "loginTimeout", "socketTimeout"}) {
            properties.setProperty(patience, PATIENCE_SECONDS);
        }
        try (Connection connection = DriverManager.getConnection("jdbc:" + url, properties);
                PreparedStatement statement = connection.prepareStatement("""
                        select current_setting('server_version_num')::int / 10000, pg_is_in_recovery(),
                        has_database_privilege(current_database(), 'create')
                        or (select count(*) from pg_namespace where nspname = any (?)) = ?""")) {
            statement.setArray(1, connection.createArrayOf("text", schemas.toArray()));
            statement.setInt(2, schemas.size());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return problem(row.getInt(1), row.getBoolean(2), row.getBoolean(3));
            }
        } catch (SQLException fault) {
            return Optional.of(refusal(String.valueOf(fault.getSQLState()), fault.getMessage()));
        }
    }

    /** The setting's value is no URL that can be used. */
    public static Problem malformed() {
        return Problem.lasting(SETTING + " must be like postgresql://host:5432/database, with BERTH_DATABASE_USER and "
                + "BERTH_DATABASE_PASSWORD beside it, or, for up, postgresql://user:password@host:5432/database");
    }

    /** @param creates whether the schemas are there, or this user may make them */
    public Optional<Problem> problem(int major, boolean standby, boolean creates) {
        if (major < OLDEST) {
            return Optional.of(Problem.lasting(SETTING + " names a PostgreSQL " + major + " (" + url
                    + "), and Berth needs " + OLDEST + " or newer: upgrade it, or name another"));
        }
        if (standby) {
            return Optional.of(Problem.passing(SETTING + " names a PostgreSQL that only repeats another (" + url
                    + "): name the one that it follows"));
        }
        if (!creates) {
            return Optional.of(Problem.lasting(SETTING + ": user " + user + " may not make schemas in the database of "
                    + url + ": grant create on the database to it, or name another user"));
        }
        return Optional.empty();
    }

    private Problem refusal(String state, String message) {
        return switch (state) {
            case "28P01", "28000", "08004" ->
                Problem.lasting(SETTING + ": PostgreSQL at " + url + " refuses user "
                        + user + " with the password given (" + firstLine(message)
                        + "): correct user and password, in the "
                        + "setting or in BERTH_DATABASE_USER and BERTH_DATABASE_PASSWORD");
            case "3D000" ->
                Problem.lasting(SETTING + ": there is no such database at " + url + ": create it, or name another");
            default ->
                Problem.passing(SETTING + ": no PostgreSQL answers at " + url + " (" + firstLine(message)
                        + "): start it, or correct the setting");
        };
    }

    private static String firstLine(String message) {
        return message == null
                ? "no reason given"
                : message.lines().findFirst().orElse("").strip();
    }

    @Override
    public String toString() {
        return "GivenDatabase[" + url + ", " + user + "]";
    }
}
