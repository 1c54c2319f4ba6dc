package dev.berth.gateway.proxy.exchange;

import dev.berth.gateway.proxy.http.RequestHead;
import dev.berth.gateway.routing.AppRoute;
import dev.berth.gateway.routing.FunctionRoute;
import dev.berth.gateway.traffic.Backend;
import dev.berth.gateway.traffic.LiveFunction;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;

/** Where a request is to go. */
public sealed interface Destination {
    /** What takes it now; null where nothing does any more. */
    FunctionRoute function();

    /** True where it is to be asked by HTTP/2 whatever its containers understand. */
    boolean byHttp2(RequestHead head);

    /** Most bytes of a body. */
    long mostBytes(RequestHead head, long ofApps);

    /** How the containers of it are called, in words. */
    String name();

    /**
     * One app.
     *
     * @param label that names its function
     */
    record App(AppRoute app, String label) implements Destination {
        private static final String GRPC = "application/grpc";

        @Override
        public FunctionRoute function() {
            return app.function(label);
        }

        @Override
        public boolean byHttp2(RequestHead head) {
            return head.byHttp2() && grpc(head.contentType());
        }

        /** By its whole name: {@code application/grpc-web} is HTTP/1.1's. */
        private static boolean grpc(String type) {
            return type != null
                    && type.regionMatches(true, 0, GRPC, 0, GRPC.length())
                    && (type.length() == GRPC.length() || "+; \t".indexOf(type.charAt(GRPC.length())) >= 0);
        }

        @Override
        public long mostBytes(RequestHead head, long ofApps) {
            return ofApps;
        }

        @Override
        public String name() {
            return label;
        }
    }

    /** This process's own API, on loopback: one more route, whose one container is always the same. */
    final class Api implements Destination {
        private final FunctionRoute function;
        private final ToLongFunction<String> mostBytes;

        /**
         * @param port of loopback
         * @param mostBytes of a body, by path
         */
        public Api(int port, ToLongFunction<String> mostBytes) {
            LiveFunction live = new LiveFunction("berth", "gateway", "api", new AtomicInteger());
            Backend itself = new Backend(live, "api", "127.0.0.1", port);
            function = new FunctionRoute(live.counts(0), Long.MAX_VALUE, new Backend[] {itself}, "", false);
            this.mostBytes = mostBytes;
        }

        @Override
        public FunctionRoute function() {
            return function;
        }

        @Override
        public boolean byHttp2(RequestHead head) {
            return head.byHttp2();
        }

        @Override
        public long mostBytes(RequestHead head, long ofApps) {
            return mostBytes.applyAsLong(head.path());
        }

        @Override
        public String name() {
            return "the API";
        }
    }
}
