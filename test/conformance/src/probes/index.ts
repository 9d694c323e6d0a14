import { bodyProbes } from './bodies.js';
import { methodProbes } from './methods.js';
import { sharingProbes } from './sharing.js';
import { storingProbes } from './storing.js';
import type { Probe } from './world.js';

/** What the suite does not see, each once. They have a state of their own: make them anew for every site. */
export function createProbes(): readonly Probe[] {
  return [...storingProbes(), ...sharingProbes(), ...methodProbes(), ...bodyProbes()];
}
