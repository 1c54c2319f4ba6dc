/** Containers of an engine that speaks Docker's API: where it is, what it is asked, and what it says in plain words. */
package dev.berth.agent.runtime.engine;
