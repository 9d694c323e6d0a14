import type { Profile } from './harness/load.js';
import { isInstalled } from './variants/installed.js';

/** One comparison: its first variant is the baseline. */
export interface Table {
  readonly title: string;
  readonly suite: 'core' | 'express' | 'fastify' | 'nest';
  /** The file and name of each variant, and what its clients ask if it is not what those of the others do. */
  readonly variants: readonly (readonly [file: string, name: string, profile?: Profile])[];
  readonly sizes: readonly number[];
  readonly profile: Profile;
}

const SMALL = 200;
const MIDDLE = 10_240;
const LARGE = 102_400;

const EXPRESS = [
  'express',
  'express + shelflife',
  'express + shelflife ahead',
  'express + shelflife on createServer',
  'express on createServer',
  'express + apicache',
  'express + route-cache',
  'express + lru-cache by hand',
  'express + cache-manager by hand',
  'express + bentocache by hand',
].map((name) => ['express', name] as const);

const FASTIFY = [
  'fastify',
  'fastify + shelflife',
  'fastify + shelflife ahead',
  'fastify + fastify-lcache',
  'fastify + lru-cache by hand',
].map((name) => ['fastify', name] as const);

const nestOn = (platform: string): readonly (readonly [string, string])[] =>
  ['CacheInterceptor', 'shelflife', 'shelflife ahead'].map(
    (name) => ['nest', `nest on ${platform} + ${name}`] as const,
  );

/** Caches in front of a server, where they are installed: for the order of magnitude. */
const PROXIES = [
  ...(isInstalled('nginx') ? (['nginx'] as const) : []),
  ...(isInstalled('varnishd') ? (['varnish'] as const) : []),
].map((name) => ['proxies', name] as const);

/** All comparisons of the hit path. */
export const TABLES: readonly Table[] = [
  {
    title: 'core behind a bare listener ÷ raw http with the same head, one URL',
    suite: 'core',
    variants: [['node', 'rawSameHead'], ['node', 'core'], ...PROXIES],
    sizes: [SMALL, MIDDLE],
    profile: 'one',
  },
  {
    title: 'core behind a bare listener ÷ raw http with the same head, 1,000 URLs with 13 browser headers',
    suite: 'core',
    variants: [
      ['node', 'rawSameHead'],
      ['node', 'core'],
    ],
    sizes: [SMALL],
    profile: 'many',
  },
  {
    title: '304 ÷ own hit of 200 B, behind a bare listener',
    suite: 'core',
    variants: [
      ['node', 'core'],
      ['node', 'core', '304'],
    ],
    sizes: [SMALL],
    profile: 'one',
  },
  {
    title: '304 ÷ own hit of 200 B, on Express',
    suite: 'express',
    variants: [
      ['express', 'express + shelflife'],
      ['express', 'express + shelflife', '304'],
    ],
    sizes: [SMALL],
    profile: 'one',
  },
  {
    title: 'Express ÷ bare res.json',
    suite: 'express',
    variants: [...EXPRESS, ['node', 'raw']],
    sizes: [SMALL, MIDDLE, LARGE],
    profile: 'one',
  },
  {
    title: 'Fastify ÷ bare Fastify',
    suite: 'fastify',
    variants: [...FASTIFY, ['node', 'raw']],
    sizes: [SMALL, MIDDLE, LARGE],
    profile: 'one',
  },
  {
    title: `Nest on Express ÷ Nest's CacheInterceptor`,
    suite: 'nest',
    variants: nestOn('express'),
    sizes: [SMALL, MIDDLE],
    profile: 'one',
  },
  {
    title: `Nest on Fastify ÷ Nest's CacheInterceptor`,
    suite: 'nest',
    variants: nestOn('fastify'),
    sizes: [SMALL, MIDDLE],
    profile: 'one',
  },
];
