/** What Berth says in numbers: the names, which alert rules and boards rely on. */
package dev.berth.protocol.metric;
