package dev.berth.registry.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The text that a client sends. Only its SHA-256 is stored: 160 random bits need no slow hash. */
public record TokenSecret(String text) {
    private static final String PREFIX = "berth_";

    /** @param random 20 bytes from a cryptographic generator */
    public static TokenSecret of(byte[] random) {
        return new TokenSecret(PREFIX + HexFormat.of().formatHex(random));
    }

    public String hash() {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    @Override
    public String toString() {
        return PREFIX + "…";
    }
}
