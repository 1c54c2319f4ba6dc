package dev.berth.gateway.proxy.wire;

import io.netty.channel.Channel;

/** A client's connection, as the door sees it. */
interface Client {
    Channel channel();

    /** True while a request is. */
    boolean underWay();

    /** This gateway ends: no request is to follow those that are under way, and without one the connection ends now. */
    void leave();

    /** One that has not begun to speak HTTP. */
    interface Silent extends Client {
        @Override
        default boolean underWay() {
            return false;
        }

        @Override
        default void leave() {
            channel().close();
        }
    }
}
