/** A manifest's text, read alike by who sends it and by who keeps it. */
package dev.berth.protocol.manifest;
