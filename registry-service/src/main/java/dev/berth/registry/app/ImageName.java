package dev.berth.registry.app;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The names of OCI images: {@code [host[:port]/]path[/path…][:tag][@digest]}, by the grammar of the OCI distribution's
 * references. A first part counts as a host where it has a dot, a colon or a capital, or is localhost.
 */
final class ImageName {
    private static final int MOST_CHARACTERS = 255;
    private static final Pattern SPECIAL = Pattern.compile("[\\s\\p{Cntrl}]");
    private static final Pattern HOST = Pattern.compile("(?:[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9])"
            + "(?:\\.(?:[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9]))*|\\[[0-9A-Fa-f:.]+]");
    private static final Pattern PATH = Pattern.compile("[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}");
    private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");

    private ImageName() {}

    /** What is wrong with a text that should be one, in words that follow its path; empty for a good one. */
    static Optional<String> fault(String text) {
        if (text.isBlank()) {
            return Optional.of("is empty; name an OCI image, such as ghcr.io/acme/whisper:3");
        }
        if (SPECIAL.matcher(text).find()) {
            return Optional.of("has a blank or a control character in " + Fields.quoted(text));
        }
        if (text.contains("://")) {
            return Optional.of("must be the image's name alone, such as ghcr.io/acme/whisper:3, not a URL as "
                    + Fields.quoted(text) + " is");
        }
        int at = text.indexOf('@');
        if (at >= 0 && !DIGEST.matcher(text.substring(at + 1)).matches()) {
            return Optional.of("has " + Fields.quoted(text.substring(at + 1))
                    + " for a digest; after @ must come sha256: and 64 digits out of 0-9 and a-f"
                    + " (or sha512: and 128)");
        }
        String named = at < 0 ? text : text.substring(0, at);
        int colon = named.indexOf(':', named.lastIndexOf('/') + 1);
        if (colon >= 0 && !TAG.matcher(named.substring(colon + 1)).matches()) {
            return Optional.of("has " + Fields.quoted(named.substring(colon + 1))
                    + " for a tag; after the colon must come 1 to 128 letters, digits, underscores, dots and dashes,"
                    + " and first neither a dot nor a dash");
        }
        return nameFault(colon < 0 ? named : named.substring(0, colon));
    }

    private static Optional<String> nameFault(String name) {
        if (name.length() > MOST_CHARACTERS) {
            return Optional.of("has " + name.length() + " characters before its tag; at most " + MOST_CHARACTERS);
        }
        if (ID.matcher(name).matches()) {
            return Optional.of("is the id of an image; give its name, or its name with @sha256: and a digest");
        }
        List<String> parts = Arrays.asList(name.split("/", -1));
        boolean hosted = parts.size() > 1 && isHost(parts.getFirst());
        if (hosted) {
            Optional<String> fault = hostFault(parts.getFirst());
            if (fault.isPresent()) {
                return fault;
            }
        }
        return (hosted ? parts.subList(1, parts.size()) : parts)
                .stream().flatMap(part -> partFault(part).stream()).findFirst();
    }

    private static boolean isHost(String first) {
        return first.contains(".")
                || first.contains(":")
                || first.equals("localhost")
                || first.chars().anyMatch(c -> c >= 'A' && c <= 'Z');
    }

    private static Optional<String> hostFault(String text) {
        int colon = text.indexOf(':', text.lastIndexOf(']') + 1);
        String host = colon < 0 ? text : text.substring(0, colon);
        if (colon >= 0 && !isPort(text.substring(colon + 1))) {
            return Optional.of("has " + Fields.quoted(text.substring(colon + 1)) + " for the port of its registry "
                    + host + "; a port is a number from 1 to 65535");
        }
        return HOST.matcher(host).matches()
                ? Optional.empty()
                : Optional.of("has " + Fields.quoted(host) + " for its registry, which is no name of a host: "
                        + "letters, digits and dashes, between dots");
    }

    private static boolean isPort(String text) {
        return text.matches("[0-9]{1,5}") && Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= 65_535;
    }

    private static Optional<String> partFault(String part) {
        if (PATH.matcher(part).matches()) {
            return Optional.empty();
        }
        if (part.isEmpty()) {
            return Optional.of("has nothing before, after or between its slashes; write it as ghcr.io/acme/whisper:3");
        }
        return Optional.of("has " + Fields.quoted(part) + " in its name; each part of it has "
                + (part.chars().anyMatch(Character::isUpperCase) ? "no capitals, but " : "")
                + "lower-case letters and digits, with a dot, one or two underscores, or dashes between them");
    }
}
