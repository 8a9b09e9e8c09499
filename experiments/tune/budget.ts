import { UserError } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';

/** Parses a duration such as 90s, 5m or 2h, s. @param what name of the value in errors @throws UserError */
export function parseDuration(text: string, what: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(s|m|h)$/.exec(text.trim()) ?? [];
  const seconds = Number(number) * { s: 1, m: 60, h: 3600 }[unit as 's' | 'm' | 'h']!;
  if (unit === undefined || !(seconds > 0))
    throw new UserError(`${what} is ${show(text)}, but must be a time above 0, such as 90s, 5m or 2h.`);
  return seconds;
}
