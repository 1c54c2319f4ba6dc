/**
 * What the front door speaks TLS with: pairs of certificate and key from a folder, and which of them a client is shown.
 * {@code Certificates} chooses by name, {@code CertificateFolder} reads, {@code Tls} makes of them what a connection needs.
 */
package dev.berth.gateway.proxy.tls;
