/** This host: its name and what it offers. Pure. */
package dev.berth.agent.host;
