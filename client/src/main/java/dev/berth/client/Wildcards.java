package dev.berth.client;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * A pattern of a {@code .gitignore} with its wildcards, made ready to be matched. Texts are bytes, a character each. The
 * time of a match grows with pattern times text, whatever the pattern is.
 */
final class Wildcards {
    /** The classes of {@code [[:alpha:]]}: of ASCII, and git's own idea of a space. */
    private static final Map<String, IntPredicate> CLASSES = Map.ofEntries(
            Map.entry("alnum", c -> isLetter(c) || isDigit(c)),
            Map.entry("alpha", Wildcards::isLetter),
            Map.entry("blank", c -> c == ' ' || c == '\t'),
            Map.entry("cntrl", c -> c < ' ' || c == 127),
            Map.entry("digit", Wildcards::isDigit),
            Map.entry("graph", c -> c > ' ' && c < 127),
            Map.entry("lower", c -> c >= 'a' && c <= 'z'),
            Map.entry("print", c -> c >= ' ' && c < 127),
            Map.entry("punct", c -> c > ' ' && c < 127 && !isLetter(c) && !isDigit(c)),
            Map.entry("space", c -> c == ' ' || c == '\t' || c == '\n' || c == '\r'),
            Map.entry("upper", c -> c >= 'A' && c <= 'Z'),
            Map.entry("xdigit", c -> isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'));

    private sealed interface Part {
        /** One byte of a set. */
        record One(BitSet bytes) implements Part {}

        /** Any bytes, none included; of one name, or over slashes too. */
        record Many(boolean slashesToo) implements Part {}

        /** {@code **}{@code /}: any number of folders, none included. */
        record Folders() implements Part {}
    }

    private final List<Part> parts;

    private Wildcards(List<Part> parts) {
        this.parts = parts;
    }

    /** @return empty for a pattern that is not whole, as {@code [a} or one that ends in a backslash: git matches nothing by it */
    static Optional<Wildcards> of(String pattern) {
        Reader reader = new Reader(pattern);
        return reader.read() ? Optional.of(new Wildcards(List.copyOf(reader.parts))) : Optional.empty();
    }

    /** From the last part to the first: which ends of the text does what begins with this part match? */
    boolean matches(String text) {
        int length = text.length();
        boolean[] rest = new boolean[length + 1];
        rest[length] = true;
        for (Part part : parts.reversed()) {
            boolean[] here = new boolean[length + 1];
            boolean folders = false;
            for (int at = length; at >= 0; at--) {
                char c = at < length ? text.charAt(at) : 0;
                boolean more = at < length;
                here[at] = switch (part) {
                    case Part.One(BitSet bytes) -> more && bytes.get(c) && rest[at + 1];
                    case Part.Many(boolean slashesToo) -> rest[at] || more && (slashesToo || c != '/') && here[at + 1];
                    case Part.Folders() -> {
                        folders |= more && c == '/' && rest[at + 1];
                        yield rest[at] || folders;
                    }
                };
            }
            rest = here;
        }
        return rest[0];
    }

    private static boolean isLetter(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static final class Reader {
        private final String pattern;
        private final List<Part> parts = new ArrayList<>();
        private int at;

        Reader(String pattern) {
            this.pattern = pattern;
        }

        boolean read() {
            while (at < pattern.length()) {
                boolean whole =
                        switch (pattern.charAt(at)) {
                            case '*' -> stars();
                            case '?' -> {
                                at++;
                                yield add(complement(new BitSet()));
                            }
                            case '[' -> set();
                            case '\\' -> {
                                at++;
                                yield literal();
                            }
                            default -> literal();
                        };
                if (!whole) {
                    return false;
                }
            }
            return true;
        }

        private boolean literal() {
            if (at == pattern.length()) {
                return false;
            }
            BitSet one = new BitSet();
            one.set(pattern.charAt(at++));
            return add(one);
        }

        private boolean add(BitSet bytes) {
            parts.add(new Part.One(bytes));
            return true;
        }

        /** Two and more reach over slashes where they stand for whole names. */
        private boolean stars() {
            int first = at;
            while (at < pattern.length() && pattern.charAt(at) == '*') {
                at++;
            }
            boolean begins = first == 0 || pattern.charAt(first - 1) == '/';
            boolean ends = at == pattern.length() || pattern.charAt(at) == '/' || pattern.startsWith("\\/", at);
            boolean slashesToo = at - first > 1 && begins && ends;
            if (slashesToo && at < pattern.length() && pattern.charAt(at) == '/') {
                at++;
                parts.add(new Part.Folders());
            } else {
                parts.add(new Part.Many(slashesToo));
            }
            return true;
        }

        /** {@code [a-z]}, {@code [!a]}, {@code [^a]}, {@code []a]}, {@code [[:digit:]]}. */
        private boolean set() {
            at++;
            boolean negated = at < pattern.length() && (pattern.charAt(at) == '!' || pattern.charAt(at) == '^');
            at += negated ? 1 : 0;
            BitSet bytes = new BitSet();
            // Of the byte before, which begins a range; -1 after a range or a class.
            int before = -1;
            for (boolean first = true; first || at < pattern.length() && pattern.charAt(at) != ']'; first = false) {
                if (at == pattern.length()) {
                    return false;
                }
                if (pattern.startsWith("[:", at)) {
                    int end = pattern.indexOf(']', at + 2);
                    if (end < 0) {
                        return false;
                    }
                    if (end > at + 2 && pattern.charAt(end - 1) == ':') {
                        IntPredicate named = CLASSES.get(pattern.substring(at + 2, end - 1));
                        if (named == null) {
                            return false;
                        }
                        for (int c = 0; c < 256; c++) {
                            bytes.set(c, bytes.get(c) || named.test(c));
                        }
                        at = end + 1;
                        before = -1;
                        continue;
                    }
                }
                boolean range = before >= 0
                        && pattern.charAt(at) == '-'
                        && at + 1 < pattern.length()
                        && pattern.charAt(at + 1) != ']';
                at += range ? 1 : 0;
                at += pattern.charAt(at) == '\\' ? 1 : 0;
                if (at == pattern.length()) {
                    return false;
                }
                int c = pattern.charAt(at++);
                if (range) {
                    if (before <= c) {
                        bytes.set(before, c + 1);
                    }
                    before = -1;
                } else {
                    bytes.set(c);
                    before = c;
                }
            }
            if (at == pattern.length()) {
                return false;
            }
            at++;
            if (negated) {
                return add(complement(bytes));
            }
            bytes.clear('/');
            return add(bytes);
        }

        /** A slash is between names, and no wildcard for one byte has it. */
        private static BitSet complement(BitSet bytes) {
            BitSet others = new BitSet();
            others.set(0, 256);
            others.andNot(bytes);
            others.clear('/');
            return others;
        }
    }
}
