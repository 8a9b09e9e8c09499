import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { applyStarMesh, computeEliminatedNodeVoltages } from './starMesh.ts';

/**
 * Network between the ends of the lines of a crossbar, word lines first.
 * @param conductances lower triangle of the matrix of conductances between the `size` line ends, S
 */
export function createTerminalNetwork(conductances: Float64Array, size: number) {
  const getConductance = (a: number, b: number) => conductances[Math.max(a, b) * size + Math.min(a, b)]!;

  /** Conductances from each of `rows` word lines to each bit line, S, row-major. */
  function computeEffective(rows: number) {
    const columns = size - rows;
    return Float64Array.from({ length: rows * columns }, (_, k) =>
      getConductance(rows + (k % columns), Math.floor(k / columns)),
    );
  }

  return {
    computeEffective,
    /**
     * Like `computeEffective`, if all word lines but the driven line i float. Their voltages: column i of the inverse of
     * the conductance matrix of the word lines, divided by its element i.
     */
    computeFloatingEffective(rows: number) {
      const columns = size - rows;
      const effective = computeEffective(rows);
      const matrix = Array.from({ length: rows }, (_, i) => {
        const row = Float64Array.from({ length: rows }, (_, k) => (k === i ? 0 : -getConductance(i, k)));
        const outputs = effective.subarray(i * columns, (i + 1) * columns);
        const total = outputs.reduce((sum, g) => sum + g, 0) - row.reduce((sum, g) => sum + g, 0);
        row[i] = total || 1; // an isolated line has no effect on others
        return row;
      });
      const found = new Float64Array(rows * columns);
      const inverse = new CholeskyDecomposition(new Matrix(matrix)).solve(Matrix.eye(rows));
      for (let i = 0; i < rows; i++)
        for (let k = 0; k < rows; k++) {
          const v = inverse.get(i, k) / inverse.get(i, i);
          for (let j = 0; j < columns; j++) found[i * columns + j]! += v * effective[k * columns + j]!;
        }
      return found;
    },
    /** Voltages of all line ends, V, from those of the driven ones; `null` for a floating line. */
    findVoltages(given: readonly (number | null)[]) {
      const terminals = Float64Array.from(given, (v) => v ?? 0);
      const floating = given.flatMap((v, k) => (v === null ? [k] : []));
      if (floating.length === 0) return terminals;
      const driven = given.flatMap((v, k) => (v === null ? [] : [k]));
      const order = [...floating, ...driven];
      const stars = new Float64Array(floating.length * size);
      for (let i = 0; i < floating.length; i++) {
        for (let j = i + 1; j < size; j++) stars[i * size + j] = getConductance(order[i]!, order[j]!);
      }
      applyStarMesh(stars, 0, floating.length, size, new Float64Array(driven.length ** 2));
      const voltages = Float64Array.from(order, (k) => terminals[k]!);
      computeEliminatedNodeVoltages(stars, 0, floating.length, size, voltages);
      for (const [i, k] of floating.entries()) terminals[k] = voltages[i]!;
      return terminals;
    },
    /** Currents into the line ends at the voltages `terminals`, A. */
    computeCurrents(terminals: Float64Array) {
      const into = new Float64Array(size);
      for (let a = 1; a < size; a++) {
        for (let b = 0; b < a; b++) {
          const current = getConductance(a, b) * (terminals[a]! - terminals[b]!);
          into[a]! += current;
          into[b]! -= current;
        }
      }
      return into;
    },
  };
}
