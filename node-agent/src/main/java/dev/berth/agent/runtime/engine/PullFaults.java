package dev.berth.agent.runtime.engine;

import java.util.Locale;
import java.util.regex.Pattern;

/** What keeps an image from being pulled, by the words in which engines and registries say it; their codes differ. */
final class PullFaults {
    private static final String[] UNREACHABLE = {
        "connection refused", "no such host", "i/o timeout", "no route", "unreachable", "server misbehaving"
    };

    private PullFaults() {}

    /**
     * @param said by the engine
     * @param known whether there were credentials for its registry
     */
    static Pull of(ImageReference image, String said, boolean known) {
        String words = words(image, said);
        String start = "image " + image + " can't be pulled: ";
        if (has(words, "invalid reference", "invalid tag", "invalid repository", "must be lowercase")) {
            return new Pull.Refused(start + "that is no name of an image" + in(said));
        }
        if (has(words, "toomanyrequests", "too many requests", "429", "rate limit")) {
            return new Pull.Interrupted(start + registry(image) + " takes no more requests for now"
                    + (known ? "" : "; docker login " + image.registry() + " on this node raises its limit")
                    + in(said));
        }
        if (has(words, "no space left on device", "disk quota exceeded")) {
            return new Pull.Interrupted(
                    start + "the engine's disk is full; make room (docker system df says what takes it)" + in(said));
        }
        if (has(
                words,
                "unauthorized",
                "authentication required",
                "no basic auth",
                "401",
                "403",
                "forbidden",
                "denied")) {
            return new Pull.Refused(start
                    + registry(image)
                    + (known
                            ? " does not take this node's credentials, or they give no right to it, or it is not there"
                            : " wants credentials, or has no such image; docker login " + image.registry()
                                    + " on this node as the agent's user, and check the name")
                    + in(said));
        }
        if (has(words, "manifest unknown", "not found", "does not exist", "name unknown", "404")) {
            return new Pull.Refused(start + registry(image) + " has no such image, or no such "
                    + (image.byDigest() ? "digest" : "tag") + "; check the name" + in(said));
        }
        if (has(words, "no matching manifest", "does not match the specified platform")) {
            return new Pull.Refused(start + "it is not made for this node's kind of processor" + in(said));
        }
        if (has(words, "http response to https", "certificate", "x509", "tls")) {
            return new Pull.Refused(start + "the engine does not trust " + image.registry()
                    + "; give it the registry's certificate (certs.d), or name it in insecure-registries" + in(said));
        }
        if (has(words, UNREACHABLE)) {
            return new Pull.Interrupted(start + registry(image)
                    + " can't be reached from this node; is its name right, does it run?" + in(said));
        }
        return new Pull.Interrupted(start + registry(image) + " or the engine fails" + in(said));
    }

    /** Whether its registry could not even be asked. */
    static boolean isUnreachable(ImageReference image, String said) {
        return has(words(image, said), UNREACHABLE);
    }

    /** Without the image's name, in which anything may be. */
    private static String words(ImageReference image, String said) {
        String path = image.name().substring(image.name().indexOf('/') + 1);
        return said.toLowerCase(Locale.ROOT).replace(path, "");
    }

    /** A number counts where it stands as a word: it may be a port or a part of a path, too. */
    private static boolean has(String words, String... any) {
        for (String each : any) {
            boolean number = each.matches("[0-9]+");
            if (number
                    ? Pattern.compile("(?<![\\w:/.-])" + each + "(?![\\w/-])")
                            .matcher(words)
                            .find()
                    : words.contains(each)) {
                return true;
            }
        }
        return false;
    }

    private static String registry(ImageReference image) {
        return "registry " + image.registry();
    }

    private static String in(String said) {
        return " (" + said + ")";
    }
}
