package dev.berth.gateway.proxy.exchange;

import dev.berth.gateway.proxy.http.RequestHead;
import dev.berth.gateway.proxy.http.Sender;

/**
 * What a client asks for.
 *
 * @param head from now on the exchange's
 * @param prefix bytes of its path that are not the app's
 */
public record Request(RequestHead head, Sender sender, Destination to, int prefix) {
    boolean byHttp2() {
        return to.byHttp2(head);
    }
}
