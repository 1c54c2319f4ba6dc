package dev.berth.chassis.bus;

/**
 * What a part knows of others that go by its name. Whoever works under the name keeps it from one that starts; between two
 * that start, or two that both work (neither could hear the other before), it is the earlier one's. So exactly one goes on.
 */
final class NameClaims {
    /**
     * @param start of its process: its time, and something unique
     * @param holds it works under the name; false while it starts, and asks
     * @param at where it runs, for people
     */
    record Claim(String start, boolean holds, String at) {}

    /** What to do about another's claim. */
    enum Act {
        NOTHING,
        ANSWER,
        GIVE_WAY
    }

    private final String start;
    private final String at;
    private boolean holds;

    NameClaims(String start, String at) {
        this.start = start;
        this.at = at;
    }

    synchronized Claim own() {
        return new Claim(start, holds, at);
    }

    /** From now on this part works under the name: nobody else does who can be heard. */
    synchronized void take() {
        holds = true;
    }

    synchronized Act hear(Claim other) {
        if (other.start().equals(start)) {
            return Act.NOTHING;
        }
        boolean first = holds == other.holds() ? start.compareTo(other.start()) < 0 : holds;
        return first ? Act.ANSWER : Act.GIVE_WAY;
    }
}
