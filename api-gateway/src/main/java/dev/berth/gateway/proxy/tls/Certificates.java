package dev.berth.gateway.proxy.tls;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Which pair answers a client, by the name that it asks for (RFC 6066, 3). */
final class Certificates {
    /** The name of the pair for who asks for no name, or for one that no pair has. */
    private static final String DEFAULT = "default";

    private static final Comparator<Pair> LONGEST =
            Comparator.comparing(Pair::until).reversed().thenComparing(Pair::file);

    private final Map<String, Pair> byName = new HashMap<>();
    private final Pair others;
    private final List<String> doubts = new ArrayList<>();

    /**
     * Of two with the same name, the one that is valid for longer has it.
     *
     * @param pairs one or more
     */
    Certificates(List<Pair> pairs) {
        for (Pair pair : pairs.stream().sorted(LONGEST).toList()) {
            for (String name : pair.names()) {
                Pair has = byName.putIfAbsent(name, pair);
                if (has != null) {
                    doubts.add(name + " is in " + has.file() + ".crt and in " + pair.file() + ".crt; " + has.file()
                            + ".crt answers, it is valid until " + has.until());
                }
            }
        }
        List<Pair> files =
                pairs.stream().sorted(Comparator.comparing(Pair::file)).toList();
        others = Stream.concat(files.stream().filter(pair -> pair.file().equals(DEFAULT)), files.stream())
                .findFirst()
                .orElseThrow();
    }

    /** @param name null where the client says none */
    Pair of(String name) {
        if (name == null) {
            return others;
        }
        String plain = plain(name);
        Pair exact = byName.get(plain);
        if (exact != null) {
            return exact;
        }
        // Of one label, and the leftmost alone (RFC 9525, 6.3).
        int dot = plain.indexOf('.');
        return dot <= 0 ? others : byName.getOrDefault("*" + plain.substring(dot), others);
    }

    /** What a person may not have meant, in words. */
    List<String> doubts() {
        return doubts;
    }

    /** Names have no case, and may end in a dot. */
    static String plain(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
