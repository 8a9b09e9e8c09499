import { UserError } from '../declare/errors.ts';
import { type ConnectOptions, type ConnectResult, connectPath } from './connectOptions.ts';
import { EdgeBuffer, fromEdges } from './edgeList.ts';
import { countMapRows } from './maps.ts';
import type { Pooling } from './mapTypes.ts';

export function fromPooling(o: ConnectOptions, p: Pooling): ConnectResult {
  const { columns, channels = 1, to, reach, weight } = p;
  const where = connectPath(o);
  const rows = countMapRows(o, p);
  if (to[0] * to[1] * channels !== o.post)
    throw new UserError(
      `${where}.to is [${to.join(', ')}] with ${channels} channels, but the target has ${o.post} neurons, not ${to[0] * to[1] * channels}.`,
    );
  if (to[0] > rows || to[1] > columns)
    throw new UserError(`${where}.to is [${to.join(', ')}], which is larger than a map of ${rows} by ${columns}.`);
  const [down, across] = [shares(rows, to[0], reach), shares(columns, to[1], reach)];
  const found = new EdgeBuffer(null, false);
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++)
      for (const [yy, a] of down[y]!)
        for (const [xx, b] of across[x]!)
          for (let c = 0; c < channels; c++)
            found.push((y * columns + x) * channels + c, (yy * to[1] + xx) * channels + c, weight * a * b, 0);
  return fromEdges(o, found.edges);
}

/** For each of `from` places along one side: the cells that it reaches among `to`, and its share in them. */
function shares(from: number, to: number, reach: number): readonly (readonly (readonly [number, number])[])[] {
  return Array.from({ length: from }, (_, y) => {
    const p = ((y + 0.5) * to) / from - 0.5;
    return Array.from({ length: to }, (_, cell) => [cell, 1 - Math.abs(cell - p) / reach] as const).filter(
      ([, share]) => share > 0,
    );
  });
}
