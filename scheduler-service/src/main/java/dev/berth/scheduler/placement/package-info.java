/** Which node a container goes to. Pure. */
package dev.berth.scheduler.placement;
