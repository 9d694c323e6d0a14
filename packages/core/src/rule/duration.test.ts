import { describe, expect, test } from 'vitest';
import { parseDuration } from './duration.js';

describe('durations', () => {
  test.each([
    ['250ms', 250],
    ['30s', 30_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['1d', 86_400_000],
    ['1.5h', 5_400_000],
    ['2.3h', 8_280_000],
    ['0.5s', 500],
    ['0s', 0],
    ['0', 0],
    [0, 0],
    ['3650d', 315_360_000_000],
  ])('%j is %d ms', (value, ms) => {
    expect(parseDuration('rule.ttl', value)).toBe(ms);
  });

  test.each([
    [300, `rule.ttl: expected a duration such as '5m', got 300 (number). Write '300s' or '300ms'.`],
    ['300', `rule.ttl: expected a duration such as '5m', got '300'. Write '300s' or '300ms'.`],
    ['5 minutes', `rule.ttl: expected a duration such as '5m', got '5 minutes'. Write '5m'.`],
    ['5M', `rule.ttl: expected a duration such as '5m', got '5M'. Write '5m'.`],
    [' 5m', `rule.ttl: expected a duration such as '5m', got ' 5m'. Write '5m'.`],
    ['10 Sec', `rule.ttl: expected a duration such as '5m', got '10 Sec'. Write '10s'.`],
    [
      -5,
      `rule.ttl: expected a duration such as '5m', got -5 (number). A duration cannot be negative. Write 0 for none.`,
    ],
    [
      '-5m',
      `rule.ttl: expected a duration such as '5m', got '-5m'. A duration cannot be negative. Write 0 for none.`,
    ],
    [
      Infinity,
      `rule.ttl: expected a duration such as '5m', got Infinity (number). Write '3650d', the longest there is.`,
    ],
    ['3651d', `rule.ttl: expected a duration of at most '3650d', got '3651d'. Write '3650d'.`],
  ])('%j is refused with the fix', (value, message) => {
    expect(() => parseDuration('rule.ttl', value)).toThrow(
      expect.objectContaining({ code: 'ERR_OPTION', message }),
    );
  });

  test.each(
    [
      ['', '5', '5x', '1e3s', '5m\n', 'm', '.5s', '5.s', '1h30m', '+5m', '٣s', '5toString', '5constructor'],
      [
        NaN,
        -Infinity,
        1n,
        0n,
        true,
        false,
        null,
        undefined,
        [],
        ['5m'],
        {},
        new Date(0),
        () => '5m',
        Symbol('5m'),
      ],
    ].flat(),
  )('%o is refused', (value) => {
    expect(() => parseDuration('rule.ttl', value)).toThrow(/^rule\.ttl: expected a duration/);
  });

  test('an absurdly long number is refused, not Infinity', () => {
    expect(() => parseDuration('rule.ttl', `${'9'.repeat(400)}d`)).toThrow(/at most '3650d'/);
  });
});
