/**
 * What people see in a browser. A page asks the API's own resources, so that it says what the API says, and does what the
 * API does; it adds a session, and words.
 */
package dev.berth.gateway.page;
