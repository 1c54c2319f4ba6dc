package dev.berth.gateway.proxy.tls;

import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.TreeSet;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;

/**
 * A certificate with its key.
 *
 * @param file how its two files are called, without {@code .crt} and {@code .key}
 * @param chain the server's own certificate first
 */
public record Pair(String file, List<X509Certificate> chain, PrivateKey key) {
    private static final int DNS_NAME = 2;

    private X509Certificate own() {
        return chain.getFirst();
    }

    Instant from() {
        return own().getNotBefore().toInstant();
    }

    Instant until() {
        return own().getNotAfter().toInstant();
    }

    /** The names of hosts that it is for, in lower case; the subject's common name only where it has no others (RFC 9525, 2). */
    SequencedSet<String> names() {
        SequencedSet<String> names = new TreeSet<>();
        try {
            Collection<List<?>> alternatives = own().getSubjectAlternativeNames();
            if (alternatives == null) {
                commonName(names);
            } else {
                for (List<?> one : alternatives) {
                    if (Objects.equals(one.getFirst(), DNS_NAME)) {
                        names.add(Certificates.plain((String) one.get(1)));
                    }
                }
            }
        } catch (CertificateParsingException | InvalidNameException unreadable) {
            // It is for nobody by name, and may still be the one for all others.
            return names;
        }
        return names;
    }

    private void commonName(SequencedSet<String> names) throws InvalidNameException {
        new LdapName(own().getSubjectX500Principal().getName())
                .getRdns().stream()
                        .filter(part -> part.getType().toLowerCase(Locale.ROOT).equals("cn"))
                        .map(part -> Certificates.plain(part.getValue().toString()))
                        .forEach(names::add);
    }
}
