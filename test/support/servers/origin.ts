import { freePorts, type Program, startProgram } from './program.js';

/** An origin of data in a process of its own: it counts, and answers each request with the number of the last one. */
export interface OriginServer extends Program {
  readonly url: string;
}

/**
 * `/` answers at once, `/slow/MS` after so many milliseconds, `/missing` with 404, and `/flapping` with 503 three times
 * in four.
 */
const PROGRAM = `
const { createServer } = require('node:http');
const { setTimeout: sleep } = require('node:timers/promises');
let run = 0;
createServer(async (request, response) => {
  const [, what, ms] = request.url.split('/');
  if (what === 'ready') return response.end();
  run++;
  if (what === 'slow') await sleep(Number(ms));
  const status = what === 'missing' ? 404 : what === 'flapping' && run % 4 !== 0 ? 503 : 200;
  response.writeHead(status).end(String(run));
}).listen(Number(process.argv[1]), '127.0.0.1');
`;

/** Starts one. */
export async function startOrigin(): Promise<OriginServer> {
  const [port] = (await freePorts(1)) as [number];
  const url = `http://127.0.0.1:${port}`;
  const program = await startProgram({
    command: 'node',
    port,
    arguments: () => ['-e', PROGRAM, String(port)],
    ready: () => fetch(`${url}/ready`),
  });
  return { ...program, url };
}
