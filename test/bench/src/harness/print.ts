import type { Measured } from './compare.js';

/** Prints one comparison. */
export function printTable(title: string, rows: readonly Measured[]): void {
  console.log(title);
  for (const { name, ratio, spread, cpuUs, p99Ms, perSecond, originCalls } of rows) {
    const [low, high] = spread.map((value) => value.toFixed(2));
    console.log(
      `  ${name.padEnd(36)} ${ratio.toFixed(3).padStart(7)} [${low}-${high}]` +
        `  ${cpuUs.toFixed(2).padStart(7)} µs CPU  ${Math.round(perSecond).toString().padStart(7)}/s` +
        `  p99 ${p99Ms.toFixed(1)} ms  origin ${originCalls}`,
    );
  }
  console.log('');
}
