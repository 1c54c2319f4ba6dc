/** Rows and transactions of the registry, by Hibernate Reactive. Rows stay inside; protocol messages go out. */
package dev.berth.registry.store;
