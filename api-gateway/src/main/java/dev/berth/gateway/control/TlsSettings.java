package dev.berth.gateway.control;

import java.nio.file.Path;

/**
 * TLS at the front door.
 *
 * @param directory of pairs {@code NAME.crt} and {@code NAME.key}
 * @param port beside the plain one
 * @param redirect whether that one sends all its clients to https
 */
public record TlsSettings(Path directory, int port, boolean redirect) {
    /** The setting that names it. */
    public static final String DIRECTORY = "berth.gateway.tls-dir";

    /** What it must be. */
    public static final String RULE =
            "must be a folder with a certificate and its key, NAME.crt (PEM, the server's own first) and NAME.key (PEM)";
}
