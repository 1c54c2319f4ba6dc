/** Names that users see: what is a valid one, and under which labels an app answers. */
package dev.berth.protocol.name;
