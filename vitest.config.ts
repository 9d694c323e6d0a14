import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

// Workspace packages are loaded from source: no build is needed to run the tests.
const conditions = ['shelflife:source'];
// The legacy decorators and design:paramtypes that Nest needs, also in files outside of any tsconfig.json.
const oxc = { decorator: { legacy: true, emitDecoratorMetadata: true } };
// As Node loads it, and so as servers do: the two builds of graphql do not know each other's schemas.
const alias = [{ find: /^graphql$/, replacement: 'graphql/index.js' }];
const shared = {
  oxc,
  resolve: { conditions, alias },
  ssr: { resolve: { conditions, externalConditions: conditions } },
};
// Absolute, so that `vitest --root ../.. --project NAME` works from a package's folder.
const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

// Their tests mostly wait for servers: several files at a time, after all others.
const WAITING = new Set(['memcached', 'redis']);
const PATIENT = {
  maxWorkers: 3,
  sequence: { groupOrder: 2 },
  testTimeout: 20_000,
  hookTimeout: 40_000,
};

const config: ViteUserConfig = defineConfig({
  test: {
    reporters: ['default', at('scripts/tally-reporter.ts')],
    projects: [
      ...readdirSync(at('packages')).map((name) => ({
        ...shared,
        test: {
          name,
          root: at(`packages/${name}`),
          include: ['{src,test}/**/*.test.ts'],
          ...(WAITING.has(name) && PATIENT),
        },
      })),
      {
        ...shared,
        // The tests of the Nest module once more, with the packages of Nest 11 in place of those of 12.
        resolve: {
          conditions,
          alias: [{ find: /^@nestjs\//, replacement: `${at('test/nest-11/node_modules')}/@nestjs/` }],
        },
        test: {
          name: 'nestjs-11',
          root: at('packages/nestjs'),
          include: ['{src,test}/**/*.test.ts'],
          env: { NEST_VERSION: '11' },
        },
      },
      {
        ...shared,
        test: {
          name: 'integration',
          root: at('test'),
          include: ['src/**/*.test.ts'],
          globalSetup: [at('test/support/global-setup.ts')],
          testTimeout: 20_000,
          hookTimeout: 20_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'conformance',
          root: at('test/conformance'),
          include: ['src/**/*.test.ts'],
          // After all others: the suite measures in seconds, which a busy machine does not keep.
          sequence: { groupOrder: 1 },
        },
      },
    ],
    coverage: { provider: 'v8', include: ['packages/*/src/**'], reporter: ['text', 'lcov'] },
  },
});

export default config;
