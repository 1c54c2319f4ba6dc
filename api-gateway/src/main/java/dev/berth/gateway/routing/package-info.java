/** Which request goes to which function's containers. Pure; read by every event loop, changed in one step an app. */
package dev.berth.gateway.routing;
