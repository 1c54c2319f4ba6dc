/** Who may call: users and their tokens. Pure. */
package dev.berth.registry.access;
