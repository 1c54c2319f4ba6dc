package dev.berth.chassis.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.sqlclient.ClosedConnectionException;
import io.vertx.sqlclient.DatabaseException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What comes of a real PostgreSQL is in the registry's DatabaseAwayIT; here is what may come of any. */
class FaultsTest {
    private static DatabaseException postgres(String state) {
        return new DatabaseException("some words", 0, state) {
            private static final long serialVersionUID = 1L;
        };
    }

    static final List<Throwable> AWAY = List.of(
            postgres("57P01"),
            postgres("57P02"),
            postgres("57P03"),
            postgres("57P05"),
            postgres("25P03"),
            postgres("53300"),
            postgres("08006"),
            new SQLException("some words", "08001"),
            new SQLException("some words", "57P01"),
            ClosedConnectionException.INSTANCE,
            new TimeoutException(),
            new NoStackTraceThrowable("Timeout"),
            new ConnectException(),
            new NoRouteToHostException(),
            new SocketException(),
            new UnknownHostException("db"),
            new ClosedChannelException(),
            new CompletionException(new IllegalStateException("a query failed", postgres("57P01"))),
            new IllegalStateException(new SQLException("could not execute", null, postgres("08000"))));

    /** Their words are those of a database that is away. */
    static final List<Throwable> NOT_AWAY = List.of(
            new IllegalStateException("Timeout: Connection refused, the connection may have been lost"),
            new IllegalStateException(new IOException("Connection reset")),
            postgres("57014"),
            postgres("40001"),
            postgres("23505"),
            postgres("22021"),
            postgres("53100"),
            postgres(null),
            new NoStackTraceThrowable("a parameter can not be coerced: Timeout"),
            new SQLException("terminating connection, 57P01"),
            new SQLException("ConnectException", "42P01"),
            new NullPointerException());

    private static Status.Code code(Throwable fault) {
        return Faults.known(Status.fromThrowable(fault)).getCode();
    }

    @ParameterizedTest
    @FieldSource("AWAY")
    void databaseThatIsAwayIsWorthAnotherTry(Throwable fault) {
        assertThat(code(fault)).isEqualTo(Status.Code.UNAVAILABLE);
    }

    @ParameterizedTest
    @FieldSource("NOT_AWAY")
    void whatNobodyExpectedIsNot(Throwable fault) {
        assertThat(code(fault)).isEqualTo(Status.Code.INTERNAL);
    }

    @ParameterizedTest
    @FieldSource("AWAY")
    void answerHasNoneOfTheFaultsWords(Throwable fault) {
        assertThat(Faults.known(Status.fromThrowable(fault)).getDescription())
                .isEqualTo("PostgreSQL does not answer; trying again may help");
    }
}
