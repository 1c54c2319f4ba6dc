/** Rows and transactions of the registry, by Hibernate Reactive. Rows stay inside. */
package dev.berth.registry.store;
