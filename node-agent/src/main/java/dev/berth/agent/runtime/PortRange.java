package dev.berth.agent.runtime;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Ports that belong to one agent: 1 to 65535, both ends included. */
public record PortRange(int first, int last) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,5})-(\\d{1,5})");

    /**
     * Reads {@code 20000-31999}.
     *
     * @throws IllegalArgumentException where it is no range
     */
    public static PortRange parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (matcher.matches()) {
            PortRange range = new PortRange(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
            if (range.first >= 1 && range.first <= range.last && range.last <= 65_535) {
                return range;
            }
        }
        throw new IllegalArgumentException("\"" + text + "\" is no range of ports: write it like 20000-31999");
    }

    int size() {
        return last - first + 1;
    }

    boolean contains(int port) {
        return port >= first && port <= last;
    }

    @Override
    public String toString() {
        return first + "-" + last;
    }
}
