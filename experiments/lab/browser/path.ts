/** Browser replacement for the functions of `node:path` that the lab needs, for POSIX paths. */
export const join = (...parts: readonly string[]): string => normalize(parts.filter((part) => part !== '').join('/'));

function normalize(path: string): string {
  const steps: string[] = [];
  for (const step of path.split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  }
  return `${path.startsWith('/') ? '/' : ''}${steps.join('/')}`;
}

export function resolve(...parts: readonly string[]): string {
  const last = parts.findLastIndex((part) => part.startsWith('/'));
  return normalize(`/${parts.slice(Math.max(0, last)).join('/')}`);
}

export function dirname(path: string): string {
  const at = path.replace(/\/+$/, '').lastIndexOf('/');
  return at < 0 ? '.' : at === 0 ? '/' : path.slice(0, at);
}

export const extname = (path: string): string => /[^/](\.[^./]*)$/.exec(path)?.[1] ?? '';

export function basename(path: string, ending = ''): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return ending !== '' && name.endsWith(ending) ? name.slice(0, -ending.length) : name;
}

export const parse = (path: string) => ({ name: basename(path, extname(path)) });
