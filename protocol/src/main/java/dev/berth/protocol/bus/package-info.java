/** The bus on paper: its subjects, its two streams, and which part may publish and read what. */
package dev.berth.protocol.bus;
