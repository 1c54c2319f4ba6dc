package dev.berth.gateway.page;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * One browser's log-in. It is all in its cookie, so that every gateway knows it and none keeps it.
 *
 * @param secret of the token that it logged in with
 * @param id of its own, at random
 */
record Session(String secret, String id) {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final int MOST_CHARACTERS = 600;

    /** Of a cookie's value; empty where it is none of ours. */
    static Optional<Session> of(String cookie) {
        int dot = cookie.indexOf('.');
        if (dot <= 0 || dot == cookie.length() - 1 || cookie.length() > MOST_CHARACTERS) {
            return Optional.empty();
        }
        try {
            byte[] secret = Base64.getUrlDecoder().decode(cookie.substring(0, dot));
            return Optional.of(new Session(new String(secret, StandardCharsets.UTF_8), cookie.substring(dot + 1)));
        } catch (IllegalArgumentException noBase64) {
            return Optional.empty();
        }
    }

    /** As the cookie has it. */
    String value() {
        return BASE64.encodeToString(secret.getBytes(StandardCharsets.UTF_8)) + "." + id;
    }

    /** What every change that this session asks for says: nobody can make it who doesn't know the secret. */
    String csrf() {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return BASE64.encodeToString(mac.doFinal(("csrf " + id).getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java platform has HMAC by SHA-256", impossible);
        }
    }

    /** @param said null where nothing was said */
    boolean allows(String said) {
        return said != null
                && MessageDigest.isEqual(
                        csrf().getBytes(StandardCharsets.UTF_8), said.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "session " + id;
    }
}
