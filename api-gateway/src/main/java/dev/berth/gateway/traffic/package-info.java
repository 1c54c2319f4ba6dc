/** One container as this gateway sees it: the claims on it, and whether it takes more. Pure, and safe on any thread. */
package dev.berth.gateway.traffic;
