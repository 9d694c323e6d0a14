import { pnpm } from './workspace.js';

/**
 * These tests see the packages as users get them, so they must be built. `npm test` has done that before;
 * a run by hand does it here (turbo makes it quick when nothing changed). A build that fails is told and
 * does not keep the other tests from running.
 */
export default function setup(): void {
  if (process.env['TURBO_HASH'] !== undefined) return;
  try {
    pnpm('run', 'build');
  } catch (error) {
    console.error(error);
  }
}
