package dev.berth.gateway.proxy.exchange;

/** Those that are under way on one event loop, in no order. */
public final class Exchanges {
    private Exchange first;

    void add(Exchange exchange) {
        exchange.next = first;
        if (first != null) {
            first.previous = exchange;
        }
        first = exchange;
    }

    void remove(Exchange exchange) {
        if (exchange.previous != null) {
            exchange.previous.next = exchange.next;
        } else if (first == exchange) {
            first = exchange.next;
        }
        if (exchange.next != null) {
            exchange.next.previous = exchange.previous;
        }
        exchange.previous = null;
    }

    /** Has each look at the time. */
    public void tick(long nowMillis) {
        for (Exchange exchange = first; exchange != null; ) {
            // It may take itself off the list.
            Exchange following = exchange.next;
            try {
                exchange.tick(nowMillis);
            } catch (RuntimeException | Error fault) {
                exchange.broken(fault);
            }
            exchange = following;
        }
    }

    /** Ends all. */
    public void cut(String why) {
        for (Exchange exchange = first; exchange != null; ) {
            Exchange following = exchange.next;
            try {
                exchange.cut(why);
            } catch (RuntimeException | Error fault) {
                exchange.broken(fault);
            }
            exchange = following;
        }
    }
}
