package dev.berth.protocol.key;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key by which one part calls one service. It is derived from the service's own key and the part's name, so that the
 * service knows every part's, also a new node's, and a part knows none but its own.
 */
public final class PartKey {
    private PartKey() {}

    /**
     * @param service the own key of the service that is called
     * @param part as its permissions on the bus name it: {@code scheduler}, {@code gateway}, {@code agent-<node>}
     * @return lower-case hex HMAC-SHA256 of the name
     */
    public static String of(String service, String part) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(service.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(part.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException | InvalidKeyException impossible) {
            throw new IllegalStateException("every Java platform has HmacSHA256", impossible);
        }
    }

    /** Takes as long for a key that is nearly right as for any other. */
    public static boolean isRight(String service, String part, String given) {
        return MessageDigest.isEqual(
                of(service, part).getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }
}
