/**
 * HTTP/1.x by a strict grammar of our own (RFC 9110, 9112) on Netty's buffers, without channels. {@code HeadReader} and
 * {@code ChunkReader} take bytes in whatever pieces they come; {@code RequestWriter}, {@code AnswerWriter} and {@code
 * Chunks} write what goes on. A request of HTTP/2 becomes a head of the same grammar in {@code Http2Request}. What the
 * grammar does not allow is a {@code BadMessage}; nothing is repaired.
 */
package dev.berth.gateway.proxy.http;
