/** How a service begins: what it waits for, what it ends for, and how it says so. */
package dev.berth.chassis.start;
