import { optionError } from '../errors.js';
import { listOption } from './checks.js';

/** `shop.example`, `shop.example:8080`, `[::1]:8080`, or `*.shop.example`. */
const HOST = /^(\*\.)?([a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(:\d{1,5})?$/;

/** Rule option `hosts`: authorities in the form that keys have them, some with `*.` in front. */
export function hostsOption(where: string, value: unknown): readonly string[] {
  return listOption(where, value, `hosts such as 'shop.example'`, (place, name) => {
    const host = name.toLowerCase();
    if (HOST.test(host)) return host;
    const fix = host.includes('/') ? 'Leave out the scheme and the path.' : undefined;
    throw optionError(
      place,
      `a host such as 'shop.example', '*.shop.example' or 'localhost:3000'`,
      name,
      fix,
    );
  });
}

/** Whether an authority is one of the rule's `hosts`. `*.` stands for one label or more. */
export function isListedHost(hosts: readonly string[], authority: string): boolean {
  return hosts.some((host) =>
    host.startsWith('*.')
      ? authority.endsWith(host.slice(1)) && authority.length > host.length - 1
      : authority === host,
  );
}
