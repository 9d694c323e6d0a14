import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { systemClock } from '../clock.js';
import { fileStore } from '../store/file.js';
import { dataSuite } from '../testing/data-suite.js';
import { mapStore } from '../testing/map-store.js';
import { memoryTransport } from '../testing/memory-transport.js';

const folder = mkdtempSync(join(tmpdir(), 'shelflife-data-'));
afterAll(() => rmSync(folder, { recursive: true }));

let folders = 0;
const log = { ...memoryTransport(systemClock), close: async () => {} };
const shared = { ...mapStore(), log, close: async () => {} };

dataSuite('memory', () => undefined);
dataSuite('files', () => fileStore({ directory: join(folder, String(folders++)) }));
dataSuite('a map that two processes share', () => shared);
