package dev.berth.agent.runtime;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks a container whether it is ready: a TCP accept, or an HTTP GET whose final answer is 2xx or 3xx. Blocks. */
public final class Probe {
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})( .*)?");
    private static final int LONGEST_LINE = 64 << 10;
    private static final int SHOWN = 60;

    /** What came of asking. */
    public sealed interface Outcome {
        record Ready() implements Outcome {}

        /** @param seen in words, to go on after "was not ready" */
        record NotYet(String seen) implements Outcome {}
    }

    private Probe() {}

    /**
     * Asks once.
     *
     * @param readiness HTTP path, or empty for a TCP accept
     * @param patience how long the connection, and then each piece of the answer, may take
     */
    public static Outcome ask(String host, int port, String readiness, Duration patience) {
        String asked = readiness.isEmpty() ? "port " + port : "GET " + readiness + " on port " + port;
        int millis = (int) Math.min(Integer.MAX_VALUE, patience.toMillis());
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(millis);
            socket.connect(new InetSocketAddress(host, port), millis);
            return readiness.isEmpty() ? new Outcome.Ready() : get(socket, host, port, readiness, asked);
        } catch (ConnectException refused) {
            return new Outcome.NotYet(asked + " was refused: nothing accepts connections there");
        } catch (SocketTimeoutException late) {
            return new Outcome.NotYet(asked + " did not answer within " + patience.toMillis() / 1000.0 + " s");
        } catch (IOException broken) {
            return new Outcome.NotYet(asked + " could not be asked: " + broken.getMessage());
        }
    }

    private static Outcome get(Socket socket, String host, int port, String readiness, String asked)
            throws IOException {
        socket.getOutputStream()
                .write(("GET " + readiness + " HTTP/1.1\r\nHost: " + host + ":" + port
                                + "\r\nUser-Agent: berth-agent\r\nAccept: */*\r\nConnection: close\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        InputStream answer = new BufferedInputStream(socket.getInputStream());
        while (true) {
            String line = line(answer);
            Matcher status = STATUS.matcher(line);
            if (line.isEmpty()) {
                return new Outcome.NotYet(asked + " was not answered: the connection was closed");
            }
            if (!status.matches()) {
                return new Outcome.NotYet(asked + " was answered with what is no HTTP/1: \"" + shown(line) + "\"");
            }
            int code = Integer.parseInt(status.group(1));
            if (code >= 200 && code < 400) {
                return new Outcome.Ready();
            }
            if (code >= 200 || code == 101) {
                return new Outcome.NotYet(asked + " was answered " + code + ", not 2xx or 3xx");
            }
            // What it says before its answer, such as early hints.
            while (!line.isEmpty()) {
                line = line(answer);
            }
        }
    }

    /** One line without its end; empty also where nothing more comes. */
    private static String line(InputStream answer) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = answer.read(); next >= 0 && next != '\n' && line.size() < LONGEST_LINE; next = answer.read()) {
            line.write(next);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }

    private static String shown(String line) {
        String printable = line.replaceAll("[^ -~]", "?");
        return printable.length() <= SHOWN ? printable : printable.substring(0, SHOWN) + "…";
    }
}
