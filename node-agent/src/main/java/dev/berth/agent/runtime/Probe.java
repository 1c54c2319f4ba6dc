package dev.berth.agent.runtime;

import dev.berth.agent.container.Readiness;
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

    /** What came is no final answer. */
    static final class NoAnswer extends Exception {
        private static final long serialVersionUID = 1;

        /** @param seen in words, to go on after what was asked */
        NoAnswer(String seen) {
            super(seen);
        }

        /** @param instead the first bytes of what came */
        NoAnswer(String seen, byte[] instead) {
            this(seen + ": \"" + shown(new String(instead, StandardCharsets.ISO_8859_1)) + "\"");
        }
    }

    /**
     * Asks once.
     *
     * @param patience how long the connection, and then each piece of the answer, may take
     */
    public static Outcome ask(String host, int port, Readiness readiness, Duration patience) {
        String path = readiness.path();
        String asked = path.isEmpty() ? "port " + port : "GET " + path + " on port " + port;
        int millis = (int) Math.min(Integer.MAX_VALUE, patience.toMillis());
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(millis);
            socket.connect(new InetSocketAddress(host, port), millis);
            if (path.isEmpty()) {
                return new Outcome.Ready();
            }
            String authority = host + ":" + port;
            int code = readiness.http2() ? Http2Get.status(socket, authority, path) : get(socket, authority, path);
            return code >= 200 && code < 400
                    ? new Outcome.Ready()
                    : new Outcome.NotYet(asked + " was answered " + code + ", not 2xx or 3xx");
        } catch (NoAnswer none) {
            return new Outcome.NotYet(asked + " " + none.getMessage());
        } catch (ConnectException refused) {
            return new Outcome.NotYet(asked + " was refused: nothing accepts connections there");
        } catch (SocketTimeoutException late) {
            return new Outcome.NotYet(asked + " did not answer within " + patience.toMillis() / 1000.0 + " s");
        } catch (IOException broken) {
            return new Outcome.NotYet(asked + " could not be asked: " + broken.getMessage());
        }
    }

    /** The status of the final answer, or of the end of HTTP. */
    private static int get(Socket socket, String authority, String path) throws IOException, NoAnswer {
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: " + authority
                                + "\r\nUser-Agent: berth-agent\r\nAccept: */*\r\nConnection: close\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        InputStream answer = new BufferedInputStream(socket.getInputStream());
        while (true) {
            String line = line(answer);
            Matcher status = STATUS.matcher(line);
            if (line.isEmpty()) {
                throw new NoAnswer("was not answered: the connection was closed");
            }
            if (!status.matches()) {
                throw new NoAnswer("was answered with what is no HTTP/1", line.getBytes(StandardCharsets.ISO_8859_1));
            }
            int code = Integer.parseInt(status.group(1));
            if (code >= 200 || code == 101) {
                return code;
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
