/** How faults of a service look to who called it. */
package dev.berth.chassis.fault;
