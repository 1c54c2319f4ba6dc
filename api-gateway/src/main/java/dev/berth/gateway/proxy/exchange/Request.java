package dev.berth.gateway.proxy.exchange;

import dev.berth.gateway.proxy.http.RequestHead;
import dev.berth.gateway.proxy.http.Sender;

/**
 * What a client asks for.
 *
 * @param prefix bytes of its path that are not the app's
 */
public record Request(RequestHead head, Sender sender, Destination to, int prefix) {
    /** True where its container is to be asked by HTTP/2 though it understands HTTP/1 too. */
    boolean byHttp2() {
        return to.byHttp2(head);
    }

    /** What it is for, in words. */
    String name() {
        return to.name();
    }
}
