/** What may run: an app's spec, read from its manifest. Pure. */
package dev.berth.registry.app;
