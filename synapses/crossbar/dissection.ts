import { type Block, halve, isCell, type Need, needOf, portsOf, type Sides, sidesOf } from './blocks.ts';
import { starMesh, starVoltages } from './starMesh.ts';

export interface Lines {
  readonly rows: number;
  readonly columns: number;
  /** Row-major, S. */
  readonly conductances: ArrayLike<number>;
  /** One segment of a word line and of a bit line, S. */
  readonly wordSegment: number;
  readonly bitSegment: number;
}

/**
 * Nested dissection (George 1973, doi:10.1137/0710032) of a crossbar of M × N cells with resistive lines. Cell (i, j) is
 * the segment of its word line to its left, from the node of cell (i, j - 1) or from the source; itself, between its word
 * and its bit node; and the segment of its bit line below, to the node of cell (i + 1, j) or to the output. A block of cells
 * is a network seen from the nodes that it shares with others. Two blocks are joined along a cut, the nodes on the cut are
 * taken out (`starMesh`), and so on until sources and outputs are left. Word lines cross only vertical cuts and bit lines
 * only horizontal ones, so that a cut has half the nodes of one through two grids.
 *
 * For N × N cells that is of the order of N³ operations and, for voltages inside, N² log N numbers kept.
 */
export class Dissection {
  readonly #lines: Lines;
  readonly #keep: boolean;
  /** Stars of all joins in the order of their making, or of one join where they are not kept. */
  readonly #stars: Float64Array;
  #starsEnd = 0;
  /** Networks of blocks that await their partner: lower triangles in squares, one after the other. */
  #pending: Float64Array;
  #pendingEnd = 0;
  /** Conductances between sources (first) and outputs, S: the lower triangle in a square of rows + columns. */
  readonly mesh: Float64Array;

  /** @param keep whether voltages inside will be asked for */
  constructor(lines: Lines, keep: boolean) {
    this.#lines = lines;
    this.#keep = keep;
    const need = Dissection.needs(lines);
    this.#stars = new Float64Array(keep ? need.stars : need.largest);
    this.#pending = new Float64Array(need.pending);
    this.#reduce(wholeOf(lines));
    this.mesh = this.#pending.slice(0, (lines.rows + lines.columns) ** 2);
    this.#pending = new Float64Array(0);
  }

  static needs(lines: Pick<Lines, 'rows' | 'columns'>): Need {
    return needOf(wholeOf(lines), lines.columns);
  }

  /** Voltages of all word and bit nodes, row-major, from those of the sources and then the outputs. */
  voltages(terminals: Float64Array, words: Float64Array, bits: Float64Array): void {
    if (!this.#keep) throw new Error('the stars were not kept');
    this.#starsEnd = this.#stars.length;
    this.#descend(wholeOf(this.#lines), terminals, words, bits);
  }

  /** Puts the network of a block on top of those pending. */
  #reduce(block: Block): void {
    if (isCell(block)) {
      this.#cell(block);
      return;
    }
    const { first, second, firstAt, secondAt, cut, nodes } = halve(block, this.#lines.columns);
    const start = this.#pendingEnd;
    this.#reduce(first);
    const middle = this.#pendingEnd;
    this.#reduce(second);
    const at = this.#takeStars(cut * nodes);
    const mesh = this.#openMesh(nodes - cut);
    this.#add(this.#pending, start, first, firstAt, { at, cut, nodes, mesh });
    this.#add(this.#pending, middle, second, secondAt, { at, cut, nodes, mesh });
    starMesh(this.#stars, at, cut, nodes, mesh);
    this.#pending.copyWithin(start, this.#pendingEnd, this.#pendingEnd + mesh.length);
    this.#pendingEnd = start + mesh.length;
  }

  /** The network of one cell, without its word and bit node where no neighbour needs them. */
  #cell(block: Block): void {
    const { columns, conductances, wordSegment, bitSegment } = this.#lines;
    const { cut, source, word, bit, output } = cellNodes(sidesOf(block, columns));
    const at = this.#takeStars(cut * 4);
    const mesh = this.#openMesh(4 - cut);
    const into = { at, cut, nodes: 4, mesh };
    this.#connect(into, source, word, wordSegment);
    this.#connect(into, word, bit, conductances[block.top * columns + block.left]!);
    this.#connect(into, bit, output, bitSegment);
    starMesh(this.#stars, at, cut, 4, mesh);
    this.#pendingEnd += mesh.length;
  }

  #takeStars(length: number): number {
    const at = this.#keep ? this.#starsEnd : 0;
    this.#stars.fill(0, at, at + length);
    this.#starsEnd = at + length;
    return at;
  }

  #openMesh(ports: number): Float64Array {
    return this.#pending.subarray(this.#pendingEnd, this.#pendingEnd + ports ** 2).fill(0);
  }

  /** Adds the network of a part, which is at `from`, to that of a join. */
  #add(networks: Float64Array, from: number, part: Block, places: Sides, into: Join): void {
    const sides = sidesOf(part, this.#lines.columns);
    const nodeOf = nodesOf(sides, places);
    const ports = portsOf(sides);
    for (let i = 1; i < ports; i++) {
      const row = from + i * ports;
      for (let j = 0; j < i; j++) {
        const g = networks[row + j]!;
        if (g !== 0) this.#connect(into, nodeOf[i]!, nodeOf[j]!, g);
      }
    }
  }

  /** Adds a conductance between two nodes: to a star if one of them goes, else to the lower triangle of the mesh. */
  #connect({ at, cut, nodes, mesh }: Join, i: number, j: number, conductance: number): void {
    const [low, high] = i < j ? [i, j] : [j, i];
    if (low < cut) this.#stars[at + low * nodes + high]! += conductance;
    else mesh[(high - cut) * (nodes - cut) + (low - cut)]! += conductance;
  }

  #descend(block: Block, ports: Float64Array, words: Float64Array, bits: Float64Array): void {
    const { columns } = this.#lines;
    if (isCell(block)) {
      const { cut, word, bit } = cellNodes(sidesOf(block, columns));
      const voltages = this.#solved(cut, 4, ports);
      words[block.top * columns + block.left] = voltages[word]!;
      bits[block.top * columns + block.left] = voltages[bit]!;
      return;
    }
    const { first, second, firstAt, secondAt, cut, nodes } = halve(block, columns);
    const voltages = this.#solved(cut, nodes, ports);
    const portsOfPart = (part: Block, places: Sides) =>
      Float64Array.from(nodesOf(sidesOf(part, columns), places), (node) => voltages[node]!);
    this.#descend(second, portsOfPart(second, secondAt), words, bits); // backwards, as the stars lie
    this.#descend(first, portsOfPart(first, firstAt), words, bits);
  }

  /** Voltages of all nodes of the join whose stars come next, backwards, from those of its ports. */
  #solved(cut: number, nodes: number, ports: Float64Array): Float64Array {
    const voltages = new Float64Array(nodes);
    voltages.set(ports, cut);
    this.#starsEnd -= cut * nodes;
    starVoltages(this.#stars, this.#starsEnd, cut, nodes, voltages);
    return voltages;
  }
}

interface Join {
  /** Where its stars begin. */
  readonly at: number;
  readonly cut: number;
  readonly nodes: number;
  readonly mesh: Float64Array;
}

const wholeOf = ({ rows, columns }: Pick<Lines, 'rows' | 'columns'>): Block => ({
  top: 0,
  bottom: rows,
  left: 0,
  right: columns,
});

/** The node of each port of a part. */
function nodesOf(sides: Sides, places: Sides): Int32Array {
  const nodes = new Int32Array(portsOf(sides));
  let port = 0;
  for (let side = 0; side < 4; side++) for (let k = 0; k < sides[side]!; k++) nodes[port++] = places[side]! + k;
  return nodes;
}

/** Numbers of the four nodes of a cell, those that go first. */
function cellNodes([, right, above]: Sides) {
  const cut = 2 - right - above;
  return { cut, source: cut, word: right > 0 ? cut + 1 : 0, bit: above > 0 ? cut + 1 + right : cut - 1, output: 3 };
}
