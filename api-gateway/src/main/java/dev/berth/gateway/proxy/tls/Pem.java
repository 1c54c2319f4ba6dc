package dev.berth.gateway.proxy.tls;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the texts of a pair (RFC 7468): certificates, and a key as PKCS#8, PKCS#1 or SEC1 have it. */
final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String PKCS8 = "PRIVATE KEY";
    private static final List<String> OLDER = List.of("RSA PRIVATE KEY", "EC PRIVATE KEY");
    private static final byte[] SIGNED = "berth".getBytes(StandardCharsets.US_ASCII);
    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final byte[] VERSION_0 = {2, 1, 0};

    private record Block(String kind, String text) {
        byte[] bytes() {
            return Base64.getMimeDecoder().decode(text);
        }
    }

    private Pem() {}

    static Pair pair(String file, String certificates, String key) throws UnfitPair {
        List<X509Certificate> chain = chain(file + ".crt", certificates);
        PublicKey publicKey = chain.getFirst().getPublicKey();
        PrivateKey own = key(file, key, publicKey);
        if (!fit(own, publicKey)) {
            boolean later = chain.stream().anyMatch(one -> fit(own, one.getPublicKey()));
            throw new UnfitPair(
                    later
                            ? file + ".crt must begin with the certificate of the server, whose key is in " + file
                                    + ".key"
                            : file + ".key is not the key of the certificate in " + file + ".crt");
        }
        return new Pair(file, chain, own);
    }

    private static List<Block> blocks(String text) {
        List<Block> blocks = new ArrayList<>();
        for (Matcher matcher = BLOCK.matcher(text); matcher.find(); ) {
            blocks.add(new Block(matcher.group(1), matcher.group(2)));
        }
        return blocks;
    }

    private static List<X509Certificate> chain(String name, String text) throws UnfitPair {
        List<X509Certificate> chain = new ArrayList<>();
        for (Block block : blocks(text)) {
            if (block.kind().equals(CERTIFICATE)) {
                try {
                    chain.add((X509Certificate) CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(block.bytes())));
                } catch (CertificateException | IllegalArgumentException damaged) {
                    throw new UnfitPair(name + " has a certificate that can't be read", damaged);
                }
            }
        }
        if (chain.isEmpty()) {
            throw new UnfitPair(name + " has no certificate: it must have -----BEGIN CERTIFICATE-----");
        }
        return List.copyOf(chain);
    }

    private static PrivateKey key(String file, String text, PublicKey of) throws UnfitPair {
        String name = file + ".key";
        String rewrite = "; make one with: openssl pkcs8 -topk8 -nocrypt -in " + name + " -out " + file + ".new";
        if (text.contains("ENCRYPTED")) {
            throw new UnfitPair(
                    name + " has a passphrase, and nobody is there to type it; without one it is read" + rewrite);
        }
        Optional<Block> block = blocks(text).stream()
                .filter(one -> one.kind().equals(PKCS8) || OLDER.contains(one.kind()))
                .findFirst();
        if (block.isEmpty()) {
            throw new UnfitPair(name + " has no key: it must have -----BEGIN PRIVATE KEY-----" + rewrite);
        }
        try {
            byte[] bytes = block.get().bytes();
            byte[] encoded = block.get().kind().equals(PKCS8) ? bytes : pkcs8(bytes, of);
            return KeyFactory.getInstance(of.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException | IllegalArgumentException damaged) {
            throw new UnfitPair(
                    name + " can't be read, or is of another kind than the certificate in " + file + ".crt" + rewrite,
                    damaged);
        }
    }

    /** PKCS#8 is the older forms with the kind of key before them (RFC 5208, 5), which the certificate has in the same bytes. */
    private static byte[] pkcs8(byte[] key, PublicKey of) {
        byte[] info = of.getEncoded();
        int kind = content(info, 0);
        byte[] algorithm = Arrays.copyOfRange(info, kind, content(info, kind) + length(info, kind));
        return tagged(SEQUENCE, VERSION_0, algorithm, tagged(OCTETS, key));
    }

    /** Where the content of what is at a place of DER begins (X.690, 8.1.3). */
    private static int content(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
    }

    private static int length(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        for (int i = at + 2; i < content(der, at); i++) {
            length = length << 8 | der[i] & 0xff;
        }
        return length;
    }

    private static byte[] tagged(int tag, byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        // In two bytes at most: no key is longer.
        if (all.size() < 0x80) {
            out.write(all.size());
        } else {
            out.write(0x82);
            out.write(all.size() >> 8);
            out.write(all.size());
        }
        out.writeBytes(all.toByteArray());
        return out.toByteArray();
    }

    private static boolean fit(PrivateKey own, PublicKey other) {
        if (!own.getAlgorithm().equals(other.getAlgorithm())) {
            return false;
        }
        String kind =
                switch (other.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> other.getAlgorithm();
                };
        try {
            Signature signature = Signature.getInstance(kind);
            signature.initSign(own);
            signature.update(SIGNED);
            byte[] made = signature.sign();
            signature.initVerify(other);
            signature.update(SIGNED);
            return signature.verify(made);
        } catch (GeneralSecurityException unknown) {
            return false;
        }
    }
}
