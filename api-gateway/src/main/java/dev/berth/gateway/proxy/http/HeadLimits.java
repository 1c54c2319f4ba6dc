package dev.berth.gateway.proxy.http;

/**
 * How large heads, and trailers too, may get.
 *
 * @param line most bytes of a request's or status line without its end
 * @param head most bytes of the whole, line ends and all
 * @param fields most fields
 */
public record HeadLimits(int line, int head, int fields) {
    public HeadLimits {
        if (line < 16 || head < line || fields < 1) {
            throw new IllegalArgumentException("a line of " + line + " bytes, a head of " + head + ", " + fields
                    + " fields: no message fits these limits");
        }
    }
}
