package dev.berth.protocol.name;

/**
 * By what a node and its scheduler name an image to each other in every report and order: the first 64 bits of its digest.
 * Of two images with the same key both are kept as long as one of them is needed.
 */
public final class ImageKey {
    private static final int DIGITS = 16;

    private ImageKey() {}

    /**
     * @param image a name by digest, or an image's id: what ends with a colon and a digest in hex
     * @throws NumberFormatException for anything else
     */
    public static long of(String image) {
        String digest = image.substring(image.lastIndexOf(':') + 1);
        return Long.parseUnsignedLong(digest.substring(0, Math.min(DIGITS, digest.length())), 16);
    }
}
