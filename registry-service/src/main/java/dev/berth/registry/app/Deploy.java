package dev.berth.registry.app;

/**
 * What somebody deploys.
 *
 * @param manifest its text, YAML or JSON
 * @param sourceDigest of the source bundle, which was uploaded before; empty for none
 * @param evenIfIdentical make a new version even where nothing changed
 */
public record Deploy(
        String environment,
        String manifest,
        Manifest.Overrides overrides,
        String sourceDigest,
        String user,
        String tag,
        String commit,
        boolean evenIfIdentical) {}
