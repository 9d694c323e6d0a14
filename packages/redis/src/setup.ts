import type { Advice } from '@shelflife/core';
import type { Connection } from './client.js';
import type { Link } from './link.js';

/** What is wrong with how Redis is set up, in words. Waits until it can be asked; never rejects. */
export async function checkSetup(server: string, link: Link): Promise<readonly Advice[]> {
  try {
    const { connection } = link;
    await connected(connection);
    const [node = connection] = connection.nodes?.('master') ?? [];
    const info = String(await node.call('info'));
    const coverage = connection.isCluster ? await settingOf(node, 'cluster-require-full-coverage') : '';
    return [
      ...aboutVersion(server, info),
      ...aboutEviction(server, info),
      ...aboutCoverage(server, coverage),
    ];
  } catch {
    // Who may not ask gets no advice.
    return [];
  }
}

function connected(connection: Connection): Promise<unknown> {
  if (connection.status === 'ready') return Promise.resolve();
  return new Promise((resolve) => connection.on('ready', resolve));
}

async function settingOf(connection: Connection, name: string): Promise<string> {
  try {
    return String(await connection.call('config', 'GET', name));
  } catch {
    return '';
  }
}

function aboutVersion(server: string, info: string): readonly Advice[] {
  const [, major, minor] = /redis_version:(\d+)\.(\d+)/.exec(info) ?? [];
  if (major === undefined || Number(major) > 6 || (Number(major) === 6 && Number(minor) >= 2)) return [];
  const message = `${server} has version ${major}.${minor}: invalidations need 6.2 or later. Upgrade it.`;
  return [{ code: 'REDIS-VERSION', message }];
}

function aboutEviction(server: string, info: string): readonly Advice[] {
  const [, policy = ''] = /maxmemory_policy:(\S+)/.exec(info) ?? [];
  const isBounded = !/maxmemory:0\s/.test(info);
  if (policy.startsWith('allkeys'))
    return [
      {
        code: 'REDIS-EVICTION',
        message:
          `${server} has the maxmemory-policy ${policy}: it may drop the log of invalidations, and then everything ` +
          'stored becomes invalid at once. Set maxmemory-policy to volatile-lru: entries expire, the log does not.',
      },
    ];
  if (policy !== 'noeviction' || !isBounded) return [];
  const message =
    `${server} has the maxmemory-policy noeviction: once it is full it stores nothing more and takes no ` +
    'invalidations. Set maxmemory-policy to volatile-lru.';
  return [{ code: 'REDIS-EVICTION', message }];
}

function aboutCoverage(server: string, setting: string): readonly Advice[] {
  if (!/\byes$/.test(setting)) return [];
  const message =
    `${server} stops as a whole when one shard is down. Set cluster-require-full-coverage to no, so that the ` +
    'cache loses that shard only.';
  return [{ code: 'REDIS-COVERAGE', message }];
}
