/** Java client of a gateway's REST API, and what has to happen on the caller's side of a deploy. */
package dev.berth.client;
